package dev.millrace.exchange;

import dev.millrace.driver.ShardInfo;
import dev.millrace.driver.StreamShards;
import java.util.Comparator;
import java.util.List;

/** A stream between two stages. Its shards are those that it was made with: their number is fixed at deployment. */
public final class InternalStream {
    private final String stream;
    private final StreamShards shards;
    private volatile List<ShardInfo> known = List.of();

    /** @param shards of the stream */
    public InternalStream(String stream, StreamShards shards) {
        this.stream = stream;
        this.shards = shards;
    }

    String name() {
        return stream;
    }

    /**
     * Its shards, in the order of their hash ranges; read once.
     *
     * @throws IllegalStateException if it was resharded
     */
    public List<ShardInfo> shards() {
        List<ShardInfo> current = known;
        if (current.isEmpty()) {
            current = shards.list().stream()
                    .sorted(Comparator.comparing(shard -> shard.range().first()))
                    .toList();
            for (ShardInfo shard : current) {
                if (!shard.isOpen() || !shard.parents().isEmpty()) {
                    throw new IllegalStateException("the shards of internal stream '" + stream
                            + "' were split or merged (" + shard.shardId()
                            + "): their number is fixed when the pipeline is deployed, since what was sent for one shard"
                            + " must not be read from another. To change it, let the pipeline drain, and deploy it under"
                            + " another name");
                }
            }
            known = current;
        }
        return current;
    }

    /** The shard of this id. */
    public ShardInfo shard(String shardId) {
        return shards().stream()
                .filter(shard -> shard.shardId().equals(shardId))
                .findFirst()
                .orElseThrow(() -> {
                    forget();
                    return new IllegalStateException(
                            "internal stream '" + stream + "' has no shard " + shardId + " that is known of");
                });
    }

    /** Reads the shards anew when they are next asked for. */
    void forget() {
        known = List.of();
    }
}
