package dev.millrace.local.source;

/**
 * A source that was opened for one run.
 *
 * @param stream what it has
 * @param isBounded whether it may come to an end: all shards are closed then
 * @param isReplayable whether it can be read again from a sequence number, also by another process
 * @param closing ends reading and lets go of what is open
 */
public record Source(SourceStream stream, boolean isBounded, boolean isReplayable, Runnable closing)
        implements AutoCloseable {
    @Override
    public void close() {
        closing.run();
    }
}
