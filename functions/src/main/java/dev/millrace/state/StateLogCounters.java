package dev.millrace.state;

/**
 * What a {@link StateLog} has done since it was made, for metrics.
 *
 * @param committed entries written
 * @param fenced commits that were refused
 * @param caughtUp entries that were read to catch up: those of others, and own ones whose reply was lost; not those that a
 *     load reads
 * @param loads loads from scratch
 * @param buckets bucket writes that landed
 * @param bucketsRefused bucket writes that came too late
 * @param bucketsFailed bucket writes of unknown outcome, after a commit; they are tried again
 * @param stateBytes the partition's keyed state now, before compression
 */
public record StateLogCounters(
        long committed,
        long fenced,
        long caughtUp,
        long loads,
        long buckets,
        long bucketsRefused,
        long bucketsFailed,
        long stateBytes) {}
