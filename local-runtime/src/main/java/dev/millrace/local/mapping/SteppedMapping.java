package dev.millrace.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import dev.millrace.local.kinesis.StreamRecord;
import dev.millrace.local.source.SourceShard;
import dev.millrace.local.source.SourceStream;
import dev.millrace.local.source.StreamReadException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An {@link EventSourceMapping} that delivers, and ticks, only when it is told to, on the caller's thread: for tests, which are
 * then the same each time, and learn at once what the function throws. For one thread at a time.
 */
public final class SteppedMapping {
    /** What a service refuses now and then is over by then; a record that cannot be processed is not. */
    private static final int ATTEMPTS = 3;

    private final SourceStream stream;
    private final StageFunction function;
    private final MappingSettings settings;
    private final Checkpoints checkpoints;
    private final Clock clock;
    private final Map<String, Shard> shards = new HashMap<>();

    /** @param settings the batching window and the tick's interval make no difference */
    public SteppedMapping(
            SourceStream stream,
            StageFunction function,
            MappingSettings settings,
            Checkpoints checkpoints,
            Clock clock) {
        this.stream = stream;
        this.function = function;
        this.settings = settings;
        this.checkpoints = checkpoints;
        this.clock = clock;
    }

    /** One shard, and its batch at hand, if that was not taken in whole. */
    private final class Shard {
        private final ShardFeed feed;
        private final ShardDelivery delivery;
        private @Nullable Delivery batch;

        Shard(String shardId) {
            this.feed = new ShardFeed(stream, shardId, settings, checkpoints, clock, () -> false);
            this.delivery = new ShardDelivery(stream.name(), shardId, function, checkpoints);
        }

        boolean deliver(String shardId) throws InterruptedException {
            boolean isMoved = false;
            Delivery present = next();
            while (present != null) {
                finish(present, shardId);
                isMoved = true;
                batch = null;
                present = next();
            }
            return isMoved;
        }

        private @Nullable Delivery next() throws InterruptedException {
            if (batch == null) {
                List<StreamRecord> records = feed.next(Duration.ZERO, Duration.ZERO);
                batch = records.isEmpty() ? null : new Delivery(settings, records);
            }
            return batch;
        }

        private void finish(Delivery present, String shardId) {
            int failures = 0;
            while (!present.isDone()) {
                String sequenceNumber = present.next().get(0).sequenceNumber();
                failures = delivery.attempt(present, clock.millis()) ? 0 : failures + 1;
                if (failures == ATTEMPTS && settings.retriesAnyNumberOfTimes()) {
                    throw new DeliveryException(stream.name(), shardId, sequenceNumber, delivery.failure());
                }
            }
        }
    }

    /**
     * Delivers all that is in the stream, each shard to its end, and those that came of a shard after it.
     *
     * @return whether there was anything
     * @throws DeliveryException if the function does not take a batch, which comes again with the next call
     * @throws StreamReadException if the stream cannot be read
     */
    public boolean deliver() throws InterruptedException {
        boolean isMoved = false;
        boolean isShardDone;
        do {
            isShardDone = false;
            for (SourceShard shard : checkpoints.due(stream.shards())) {
                Shard steps = shards.computeIfAbsent(shard.shardId(), Shard::new);
                isMoved |= steps.deliver(shard.shardId());
                if (steps.feed.hasEnded()) {
                    shards.remove(shard.shardId());
                    isShardDone |= checkpoints.completeIfClosed(stream, shard.shardId());
                }
            }
            isMoved |= isShardDone;
        } while (isShardDone);
        return isMoved;
    }

    /** Invokes the function without records, for all shards; what it throws is thrown. */
    public void tick() {
        KinesisEvent event = new KinesisEvent();
        event.setRecords(List.of());
        var unused = function.handle(event);
    }
}
