package dev.millrace.driver;

import dev.millrace.engine.Position;
import dev.millrace.state.Inheritance;
import dev.millrace.state.LogOrigin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * R1 and R2: a partition's log begins with the state of those of its shard's parents, once each of them is proven drained and is
 * sealed. Sealing a parent makes its log begin where it has none, and so goes back to the oldest shard that is listed.
 */
public final class ShardOrigin implements LogOrigin {
    private final String shardId;
    private final StreamShards shards;
    private final PartitionDrivers drivers;

    public ShardOrigin(String shardId, StreamShards shards, PartitionDrivers drivers) {
        this.shardId = shardId;
        this.shards = shards;
        this.drivers = drivers;
    }

    /**
     * {@inheritDoc}
     *
     * @throws NotDrainedException if a parent is not drained
     * @throws IllegalStateException if the shard, or a parent of a takeover that was begun, is not in the stream's list
     */
    @Override
    public Inheritance inheritance(boolean begun) {
        ShardLineage lineage = new ShardLineage(shards.list());
        ShardInfo shard = lineage.shard(shardId);
        if (begun) {
            // One that has gone since would be missing from the state without a trace.
            shard.parents().forEach(lineage::shard);
        }
        List<ShardInfo> parents = lineage.parents(shardId);
        Map<String, DrainProof> proofs = new HashMap<>();
        for (ShardInfo parent : parents) {
            // All first: a parent that is sealed closes no more windows while it waits for the other.
            DrainProof proof = new OnceProven(parent);
            proofs.put(parent.shardId(), proof);
            drivers.use(parent.shardId(), driver -> {
                driver.requireDrained(proof);
                return true;
            });
        }
        List<Inheritance.Parent> sealed = new ArrayList<>();
        for (ShardInfo parent : parents) {
            DrainProof proof = proofs.getOrDefault(parent.shardId(), position -> false);
            sealed.add(new Inheritance.Parent(
                    drivers.use(parent.shardId(), driver -> driver.seal(proof)), parent.range()));
        }
        return new Inheritance(shard.range(), sealed);
    }

    /** Reads no more once it is known that nothing comes after a position: then nothing comes after a later one. */
    private final class OnceProven implements DrainProof {
        private final ShardInfo parent;
        private boolean isProven;

        private OnceProven(ShardInfo parent) {
            this.parent = parent;
        }

        @Override
        public boolean isDrainedAfter(@Nullable Position position) {
            // A position never goes back, but for reads that are behind; a seal by one of those is fenced.
            isProven = isProven || (!parent.isOpen() && shards.isReadAfter(parent.shardId(), position));
            return isProven;
        }
    }
}
