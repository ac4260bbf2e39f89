package dev.millrace.local.kinesis;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A stream as it is at one moment; later changes make a new description.
 *
 * @param name 1 to 128 characters of {@code a-zA-Z0-9_.-}
 * @param id told apart from other streams, also from deleted ones of the same name
 * @param createdMillis when it was created, milliseconds since 1970
 * @param retentionHours how long records are kept, 24 to 8760
 * @param onDemand whether its capacity mode is ON_DEMAND; it makes no difference to how the stream works here
 * @param tags by key
 * @param shards all shards that have not yet vanished, by index
 */
public record StreamDescription(
        String name,
        long id,
        long createdMillis,
        int retentionHours,
        boolean onDemand,
        SortedMap<String, String> tags,
        List<ShardDescription> shards) {
    public StreamDescription {
        tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
        shards = List.copyOf(shards);
    }

    /** The shards that take new records, by index. */
    public List<ShardDescription> openShards() {
        return shards.stream().filter(ShardDescription::open).toList();
    }

    /** The shard with that id, or ResourceNotFoundException. */
    ShardDescription shard(String shardId) {
        for (ShardDescription shard : shards) {
            if (shard.index() == ShardDescription.indexOf(shardId)) {
                return shard;
            }
        }
        throw noShard(shardId);
    }

    KinesisException noShard(String which) {
        return KinesisException.notFound("Shard " + which + " in stream " + name + " under account "
                + EmbeddedKinesis.ACCOUNT_ID + " does not exist");
    }

    StreamDescription withShards(List<ShardDescription> changed) {
        return new StreamDescription(name, id, createdMillis, retentionHours, onDemand, tags, changed);
    }

    StreamDescription withTags(SortedMap<String, String> changed) {
        return new StreamDescription(name, id, createdMillis, retentionHours, onDemand, changed, shards);
    }

    StreamDescription withRetentionHours(int changed) {
        return new StreamDescription(name, id, createdMillis, changed, onDemand, tags, shards);
    }

    StreamDescription withOnDemand(boolean changed) {
        return new StreamDescription(name, id, createdMillis, retentionHours, changed, tags, shards);
    }
}
