package dev.millrace.driver;

import dev.millrace.engine.HashRange;
import java.util.List;

/**
 * A shard as a stream's list of shards has it.
 *
 * @param parents the ids of the shards that it was split or merged from, listed or not: two at most
 * @param range the routing hashes of its keys
 * @param isOpen whether it takes new records
 */
public record ShardInfo(String shardId, List<String> parents, HashRange range, boolean isOpen) {
    public ShardInfo {
        parents = List.copyOf(parents);
    }
}
