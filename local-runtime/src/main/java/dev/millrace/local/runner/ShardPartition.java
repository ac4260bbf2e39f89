package dev.millrace.local.runner;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A partition of the stage that reads the source, and where its shard is read. After an exception from any method {@link #begin}
 * comes next, which goes back to the last commit. For one thread at a time.
 */
interface ShardPartition {
    /**
     * Catches up with what is committed, emits and finishes what was left, and goes on from there.
     *
     * @throws dev.millrace.driver.NotDrainedException if a shard that this one came of is not drained
     */
    void begin();

    /**
     * Reads, and applies what comes.
     *
     * @param limit 1 to 10,000 records
     * @param timeout how long to wait for the first
     * @return whether any came
     */
    boolean read(int limit, Duration timeout) throws InterruptedException;

    /** Commits what was applied, once what came of it is where it belongs, or before. */
    void flush() throws InterruptedException;

    /** Takes a tick, after a flush; by the last read, and the time before it, the shard is idle or not (T1). */
    void tick() throws InterruptedException;

    /** Whether something is applied and not committed. */
    boolean isUncommitted();

    /** Whether as much is applied as may be before it is committed. */
    boolean isFull();

    /** Which record holds up the shard, since it cannot be processed and must not be passed over; null if none does. */
    @Nullable
    String failed();

    /** The shard. */
    ShardInput input();
}
