package dev.millrace.local.mapping;

import dev.millrace.local.kinesis.StreamRecord;
import dev.millrace.local.source.SourceStream;
import dev.millrace.local.source.StreamReadException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Polls one shard, from its checkpoint to its end, and delivers its records, batch after batch. */
final class ShardPoller implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ShardPoller.class);
    private static final long FIRST_BACKOFF_MILLIS = 100;
    private static final long LAST_BACKOFF_MILLIS = 5_000;
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final SourceStream stream;
    private final String shardId;
    private final MappingSettings settings;
    private final Checkpoints checkpoints;
    private final Clock clock;
    private final CountDownLatch stop;
    private final ShardFeed feed;
    private final ShardDelivery delivery;

    ShardPoller(
            SourceStream stream,
            String shardId,
            StageFunction function,
            MappingSettings settings,
            Checkpoints checkpoints,
            Clock clock,
            CountDownLatch stop) {
        this.stream = stream;
        this.shardId = shardId;
        this.settings = settings;
        this.checkpoints = checkpoints;
        this.clock = clock;
        this.stop = stop;
        this.feed = new ShardFeed(stream, shardId, settings, checkpoints, clock, this::isStopped);
        this.delivery = new ShardDelivery(stream.name(), shardId, function, checkpoints);
    }

    @Override
    public void run() {
        try {
            while (!isStopped() && !feed.hasEnded()) {
                List<StreamRecord> batch = feed.next(PATIENCE, settings.batchingWindow());
                if (!batch.isEmpty()) {
                    deliver(new Delivery(settings, batch));
                }
            }
            if (!isStopped()) {
                checkpoints.completeIfClosed(stream, shardId);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (StreamReadException | UncheckedIOException e) {
            LOG.warn("Shard {} of stream {} cannot be read: {}", shardId, stream.name(), e.getMessage());
        }
    }

    private boolean isStopped() {
        return stop.getCount() == 0;
    }

    private void deliver(Delivery batch) throws InterruptedException {
        long backoffMillis = FIRST_BACKOFF_MILLIS;
        while (!batch.isDone() && !isStopped()) {
            if (delivery.attempt(batch, clock.millis())) {
                backoffMillis = FIRST_BACKOFF_MILLIS;
            } else if (!stop.await(backoffMillis, TimeUnit.MILLISECONDS)) {
                backoffMillis = Math.min(2 * backoffMillis, LAST_BACKOFF_MILLIS);
            }
        }
    }
}
