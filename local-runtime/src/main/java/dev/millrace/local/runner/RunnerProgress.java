package dev.millrace.local.runner;

/**
 * How far a runner has come in its source, over all shards.
 *
 * @param records those read and applied in the runner's life, those read again included
 * @param bytes of their data
 * @param arrivalMillis when the last record arrived of the shard that is furthest behind, among those that had any and are not
 *     at their ends; in epoch
 *     milliseconds, or {@link dev.millrace.engine.Progress#NO_TIME}
 */
public record RunnerProgress(long records, long bytes, long arrivalMillis) {}
