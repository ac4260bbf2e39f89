package dev.millrace.local.kinesis;

import java.util.Collections;
import java.util.Comparator;
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
 * @param consumers those registered for enhanced fan-out, in order of their names
 */
public record StreamDescription(
        String name,
        long id,
        long createdMillis,
        int retentionHours,
        boolean onDemand,
        SortedMap<String, String> tags,
        List<ShardDescription> shards,
        List<ConsumerDescription> consumers) {
    public StreamDescription {
        tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
        shards = List.copyOf(shards);
        // Catalogs that were written before there were consumers have none.
        consumers = consumers == null
                ? List.of()
                : consumers.stream()
                        .sorted(Comparator.comparing(ConsumerDescription::name))
                        .toList();
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

    /** The consumer of that name, or ResourceNotFoundException. */
    ConsumerDescription consumer(String consumerName) {
        for (ConsumerDescription consumer : consumers) {
            if (consumer.name().equals(consumerName)) {
                return consumer;
            }
        }
        throw KinesisException.notFound("Consumer " + consumerName + " of stream " + name + " under account "
                + EmbeddedKinesis.ACCOUNT_ID + " not found.");
    }

    KinesisException noShard(String which) {
        return KinesisException.notFound("Shard " + which + " in stream " + name + " under account "
                + EmbeddedKinesis.ACCOUNT_ID + " does not exist");
    }

    StreamDescription withShards(List<ShardDescription> changed) {
        return new StreamDescription(name, id, createdMillis, retentionHours, onDemand, tags, changed, consumers);
    }

    StreamDescription withTags(SortedMap<String, String> changed) {
        return new StreamDescription(name, id, createdMillis, retentionHours, onDemand, changed, shards, consumers);
    }

    StreamDescription withRetentionHours(int changed) {
        return new StreamDescription(name, id, createdMillis, changed, onDemand, tags, shards, consumers);
    }

    StreamDescription withOnDemand(boolean changed) {
        return new StreamDescription(name, id, createdMillis, retentionHours, changed, tags, shards, consumers);
    }

    StreamDescription withConsumers(List<ConsumerDescription> changed) {
        return new StreamDescription(name, id, createdMillis, retentionHours, onDemand, tags, shards, changed);
    }
}
