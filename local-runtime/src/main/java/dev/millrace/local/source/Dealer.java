package dev.millrace.local.source;

import dev.millrace.engine.HashRange;
import dev.millrace.engine.RoutingHash;
import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.kinesis.ShardDescription;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Deals records to virtual shards, as a new Kinesis stream with as many shards would have them. Safe for several threads. */
final class Dealer {
    private static final int ITERATOR_PARTS = 2;

    private final List<ShardDescription> shards;
    private final BigInteger[] starts;

    /**
     * @param shardCount 1 to 1,000
     * @throws IllegalArgumentException if it is not
     */
    Dealer(int shardCount) {
        if (shardCount < 1 || shardCount > EmbeddedKinesis.SHARD_LIMIT) {
            throw new IllegalArgumentException(
                    "a source can have 1 to " + EmbeddedKinesis.SHARD_LIMIT + " shards, not " + shardCount);
        }
        shards = ShardDescription.ofNewStream(shardCount, 0);
        starts = shards.stream().map(ShardDescription::hashStart).toArray(BigInteger[]::new);
    }

    int shardCount() {
        return starts.length;
    }

    /** All shards; {@code end} as in {@link SourceShard}, the same for each. */
    List<SourceShard> shards(@Nullable String end) {
        return shards.stream()
                .map(shard -> new SourceShard(
                        shard.shardId(), List.of(), new HashRange(shard.hashStart(), shard.hashEnd()), end))
                .toList();
    }

    /** The index of the shard that a partition key belongs to. */
    int shardOf(String partitionKey) {
        if (starts.length == 1) {
            return 0;
        }
        int found = Arrays.binarySearch(starts, RoutingHash.of(partitionKey));
        return found >= 0 ? found : -found - 2;
    }

    /**
     * The index of a shard.
     *
     * @throws StreamReadException if there is none with that id
     */
    int indexOf(String shardId, String stream) {
        for (ShardDescription shard : shards) {
            if (shard.shardId().equals(shardId)) {
                return shard.index();
            }
        }
        throw new StreamReadException(
                "Source " + stream + " has " + starts.length + " shards, and no " + shardId
                        + ": was it read with another number of shards before?",
                null,
                StreamReadException.Kind.NO_SUCH_POSITION);
    }

    /** A place in a shard, as an iterator has it. */
    record Place(int shard, long position) {
        String iterator() {
            return shard + ":" + position;
        }

        static Place of(String iterator) {
            String[] parts = iterator.split(":", ITERATOR_PARTS);
            return new Place(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
        }
    }
}
