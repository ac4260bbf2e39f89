package dev.millrace.local.source;

import dev.millrace.engine.HashRange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A shard of a stream that is read.
 *
 * @param shardId its id, unique in its stream
 * @param parents the ids of the shards that it was split or merged from; they may be gone
 * @param range the routing hashes of its keys
 * @param end what tells its end from that of any other shard, also of a stream that had the same name before; null while it
 *     is open
 */
public record SourceShard(
        String shardId,
        List<String> parents,
        HashRange range,
        @Nullable String end) {
    public SourceShard {
        parents = List.copyOf(parents);
    }

    /** Whether it takes new records. */
    public boolean open() {
        return end == null;
    }
}
