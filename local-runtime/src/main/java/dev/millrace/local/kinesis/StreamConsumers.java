package dev.millrace.local.kinesis;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The consumers of streams for enhanced fan-out. A consumer is active as soon as it is registered. As in
 * {@link EmbeddedKinesis}, all methods may be called from any thread, and throw {@link KinesisException}.
 */
public final class StreamConsumers {
    /** Consumers that a stream may have. */
    public static final int CONSUMER_LIMIT = 20;

    private final ControlPlane control;
    private final RecordPlane records;
    private final Clock clock;

    StreamConsumers(ControlPlane control, RecordPlane records, Clock clock) {
        this.control = control;
        this.records = records;
        this.clock = clock;
    }

    /** Registers a consumer under a name that the stream has none of. */
    public ConsumerDescription register(String stream, String name, Map<String, String> tags) {
        ConsumerDescription consumer = new ConsumerDescription(name, clock.millis(), new TreeMap<>(tags));
        control.change(stream, present -> {
            List<ConsumerDescription> consumers = new ArrayList<>(present.consumers());
            if (consumers.stream().anyMatch(each -> each.name().equals(name))) {
                throw new KinesisException(
                        KinesisException.Type.ResourceInUseException,
                        "Consumer " + name + " of stream " + stream + " under account " + EmbeddedKinesis.ACCOUNT_ID
                                + " already exists.");
            }
            if (consumers.size() == CONSUMER_LIMIT) {
                throw KinesisException.limitExceeded("Stream " + stream + " under account "
                        + EmbeddedKinesis.ACCOUNT_ID + " has " + CONSUMER_LIMIT
                        + " registered consumers, which is the limit.");
            }
            consumers.add(consumer);
            return present.withConsumers(consumers);
        });
        return consumer;
    }

    /** Removes a consumer; its subscriptions end. */
    public void deregister(String stream, String name) {
        control.change(stream, present -> {
            List<ConsumerDescription> consumers = new ArrayList<>(present.consumers());
            consumers.remove(present.consumer(name));
            return present.withConsumers(consumers);
        });
    }

    /** The consumer as it is now. */
    public ConsumerDescription describe(String stream, String name) {
        return control.stream(stream).description().consumer(name);
    }

    /** Adds tags, or replaces those with the same keys; a consumer can have 50. */
    public void addTags(String stream, String name, Map<String, String> tags) {
        changeTags(stream, name, present -> {
            present.putAll(tags);
            return present;
        });
    }

    /** Removes the tags that have one of these keys. */
    public void removeTags(String stream, String name, Set<String> keys) {
        changeTags(stream, name, present -> {
            present.keySet().removeAll(keys);
            return present;
        });
    }

    private void changeTags(String stream, String name, UnaryOperator<SortedMap<String, String>> change) {
        control.change(stream, present -> {
            ConsumerDescription consumer = present.consumer(name);
            SortedMap<String, String> tags =
                    EmbeddedKinesis.changed(consumer.tags(), change, "consumer " + name + " of stream " + stream);
            List<ConsumerDescription> consumers = new ArrayList<>(present.consumers());
            consumers.set(consumers.indexOf(consumer), consumer.withTags(tags));
            return present.withConsumers(consumers);
        });
    }

    /**
     * Subscribes a consumer to a shard for five minutes. A subscription that it has to that shard ends with an error, if
     * it began five seconds ago or earlier; else this one is refused with ResourceInUseException.
     */
    public ShardSubscription subscribe(String stream, String consumer, String shardId, StartingPosition position) {
        ConsumerDescription found = describe(stream, consumer);
        RecordPlane.Place place = records.place("SubscribeToShard", stream, shardId, position);
        ShardSubscription subscription = new ShardSubscription(control, records, clock, found, place);
        place.stream().subscriptions().begin(subscription);
        return subscription;
    }
}
