package dev.millrace.driver;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** R1: which shards came of which, as far as the stream's list of shards goes back. */
public final class ShardLineage {
    private final Map<String, ShardInfo> shards = new LinkedHashMap<>();

    public ShardLineage(List<ShardInfo> shards) {
        shards.stream()
                .sorted(Comparator.comparing(ShardInfo::shardId))
                .forEach(shard -> this.shards.put(shard.shardId(), shard));
    }

    /**
     * A shard of the list.
     *
     * @throws IllegalStateException if it is not listed: whether it has parents is not known then
     */
    ShardInfo shard(String shardId) {
        ShardInfo shard = shards.get(shardId);
        if (shard == null) {
            throw new IllegalStateException("shard " + shardId + " is not in the list of its stream's shards, which is "
                    + shards.keySet() + ": its state cannot begin before it is known what it came of");
        }
        return shard;
    }

    /** The shards that this one takes over from, in the order of their ids: its parents, but those gone from the list. */
    List<ShardInfo> parents(String shardId) {
        List<String> parents = shard(shardId).parents();
        return shards.values().stream()
                .filter(shard -> parents.contains(shard.shardId()))
                .toList();
    }

    /** The shards that came of this one. */
    public List<ShardInfo> children(String shardId) {
        return shards.values().stream()
                .filter(shard -> shard.parents().contains(shardId))
                .toList();
    }
}
