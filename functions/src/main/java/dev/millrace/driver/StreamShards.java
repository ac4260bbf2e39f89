package dev.millrace.driver;

import dev.millrace.engine.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The shards of a stage's input stream, as one finds out what came of what (R1). */
public interface StreamShards {
    /** All shards that the stream lists, closed ones included. */
    List<ShardInfo> list();

    /**
     * Whether a read of a closed shard, after a position or from its beginning, comes to the shard's end and finds no record. One
     * whose records have expired counts as read.
     *
     * @param position not inside an aggregated record; null for the beginning
     */
    boolean isReadAfter(String shardId, @Nullable Position position);
}
