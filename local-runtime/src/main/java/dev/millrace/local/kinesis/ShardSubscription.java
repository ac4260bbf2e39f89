package dev.millrace.local.kinesis;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A consumer's subscription to a shard, by which it is told of records as they come. It holds none of them: what has not
 * been taken by {@link #poll} stays in the shard.
 *
 * <p>{@code poll} and {@link #idle} are for one thread at a time; all else may be called by any.
 */
public final class ShardSubscription implements AutoCloseable {
    private static final Duration LIFE = Duration.ofMinutes(5);
    private static final int MAX_EVENT_RECORDS = 2_000;
    private static final int MAX_EVENT_BYTES = 1024 * 1024;

    private final ControlPlane control;
    private final RecordPlane records;
    private final Clock clock;
    private final ConsumerDescription consumer;
    private final ShardLog log;
    private final long beganMillis;
    private volatile RecordPlane.Place place;
    private volatile boolean superseded;
    private volatile @Nullable Runnable listener;

    ShardSubscription(
            ControlPlane control,
            RecordPlane records,
            Clock clock,
            ConsumerDescription consumer,
            RecordPlane.Place place) {
        this.control = control;
        this.records = records;
        this.clock = clock;
        this.consumer = consumer;
        this.log = RecordPlane.log(place.stream(), place.shardIndex());
        this.beganMillis = clock.millis();
        this.place = place;
    }

    ConsumerDescription consumer() {
        return consumer;
    }

    RecordPlane.Place place() {
        return place;
    }

    long beganMillis() {
        return beganMillis;
    }

    /**
     * Calls this whenever {@link #poll} may have something new. Whoever puts records calls it and waits for it to return:
     * it must neither wait nor throw. To be set once, before the first poll.
     */
    public void onChange(Runnable changed) {
        listener = changed;
        log.addListener(changed);
    }

    /**
     * The next records, at most 1 MiB of keys and data, or one larger record; or the end of the shard, after which this
     * must not be called again. Null if there is neither as yet.
     *
     * @throws KinesisException ResourceInUseException if another subscription has taken this one's place, and
     *     ResourceNotFoundException if the consumer, the stream or the shard is gone
     */
    public @Nullable SubscriptionEvent poll() {
        requireAll();
        RecordPlane.Step step;
        try {
            step = records.read(place, MAX_EVENT_RECORDS, MAX_EVENT_BYTES);
        } catch (KinesisException e) {
            // Rather that the stream is gone than that a file of it is.
            requireAll();
            throw e;
        }
        RecordPlane.Place next = step.next();
        if (next == null) {
            return new SubscriptionEvent(step.records(), null, 0, step.childShards());
        }
        place = next;
        return step.records().isEmpty()
                ? null
                : new SubscriptionEvent(step.records(), next.lastSequenceNumber(), step.behindMillis(), List.of());
    }

    /** An event without records, which says where the subscription is while there is nothing to {@link #poll}. */
    public SubscriptionEvent idle() {
        return new SubscriptionEvent(List.of(), place.lastSequenceNumber(), 0, List.of());
    }

    /** Whether its five minutes are over. It then ends without an error. */
    public boolean expired() {
        return clock.millis() - beganMillis >= LIFE.toMillis();
    }

    private void requireAll() {
        Stream stream = place.stream();
        StreamDescription description = stream.description();
        if (superseded) {
            throw new KinesisException(
                    KinesisException.Type.ResourceInUseException,
                    "Another subscription of consumer " + consumer.name() + " to this shard of stream "
                            + description.name() + " has taken the place of this one.");
        }
        if (!control.has(stream)) {
            throw KinesisException.notFound("Stream " + description.name() + " under account "
                    + EmbeddedKinesis.ACCOUNT_ID + " does not exist any more.");
        }
        if (description.consumer(consumer.name()).createdMillis() != consumer.createdMillis()) {
            throw KinesisException.notFound("Consumer " + consumer.name() + " of stream " + description.name()
                    + " was deregistered, and another registered under its name.");
        }
    }

    /** Whether its consumer and its shard are still there. */
    boolean isPossible() {
        Stream stream = place.stream();
        return stream.log(place.shardIndex()) == log
                && stream.description().consumers().stream()
                        .anyMatch(each -> each.name().equals(consumer.name())
                                && each.createdMillis() == consumer.createdMillis());
    }

    void supersede() {
        superseded = true;
        @Nullable Runnable changed = listener;
        if (changed != null) {
            changed.run();
        }
    }

    /** Ends it: nothing is told to anybody any more. */
    @Override
    public void close() {
        @Nullable Runnable changed = listener;
        listener = null;
        if (changed != null) {
            log.removeListener(changed);
        }
    }
}
