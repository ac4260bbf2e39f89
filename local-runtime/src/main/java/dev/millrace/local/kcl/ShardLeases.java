package dev.millrace.local.kcl;

import dev.millrace.engine.Position;
import org.jspecify.annotations.Nullable;
import software.amazon.kinesis.leases.exceptions.LeasingException;

/** The leases of a stage's shards, as those have to do with them who process records. */
interface ShardLeases {
    /** Whether this process holds a shard's lease, as far as it knows. */
    boolean isHeld(String shardId);

    /**
     * Notes in a shard's lease how far its log has come.
     *
     * @return false if the lease is not held
     */
    boolean follow(String shardId, @Nullable Position position, long awaitedMillis) throws LeasingException;

    /** Holds a shard no more, which then comes to whoever is next, and is read anew from where its log is. */
    void drop(String shardId);

    /** Until when, of what any lease said when it was last asked, others must say that they are idle (X4). */
    long awaitedMillis();
}
