package dev.millrace.local.mapping;

import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.kinesis.KinesisException;
import dev.millrace.local.kinesis.ReadResult;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamRecord;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Polls one shard, from its checkpoint to its end, and delivers its records, batch after batch. */
final class ShardPoller implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ShardPoller.class);
    /** Lambda's limit for the payload of a synchronous invocation. */
    private static final int MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

    private static final long FIRST_BACKOFF_MILLIS = 100;
    private static final long LAST_BACKOFF_MILLIS = 5_000;
    /** How long to wait at once, however long there is: a stop is noticed no sooner, and an iterator must not expire. */
    private static final long LONGEST_WAIT_MILLIS = 500;

    private final EmbeddedKinesis kinesis;
    private final String stream;
    private final String shardId;
    private final StageFunction function;
    private final MappingSettings settings;
    private final Checkpoints checkpoints;
    private final Clock clock;
    private final CountDownLatch stop;
    /** Read and not yet delivered: at most one read's. */
    private final Deque<StreamRecord> buffer = new ArrayDeque<>();

    private @Nullable String iterator;

    ShardPoller(
            EmbeddedKinesis kinesis,
            String stream,
            String shardId,
            StageFunction function,
            MappingSettings settings,
            Checkpoints checkpoints,
            Clock clock,
            CountDownLatch stop) {
        this.kinesis = kinesis;
        this.stream = stream;
        this.shardId = shardId;
        this.function = function;
        this.settings = settings;
        this.checkpoints = checkpoints;
        this.clock = clock;
        this.stop = stop;
    }

    @Override
    public void run() {
        try {
            iterator = startingIterator();
            while (!isStopped() && (iterator != null || !buffer.isEmpty())) {
                List<StreamRecord> batch = gather();
                if (!batch.isEmpty()) {
                    deliver(new Delivery(settings, batch));
                }
            }
            if (!isStopped()) {
                complete();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (KinesisException | UncheckedIOException e) {
            LOG.warn("Shard {} of stream {} cannot be read: {}", shardId, stream, e.getMessage());
        }
    }

    private void complete() {
        kinesis.describe(stream).shards().stream()
                .filter(shard -> shard.shardId().equals(shardId) && !shard.open())
                .findFirst()
                .ifPresent(checkpoints::complete);
    }

    private boolean isStopped() {
        return stop.getCount() == 0;
    }

    private String startingIterator() {
        String last = checkpoints.lastDone(shardId).orElse(null);
        if (last != null) {
            try {
                return kinesis.shardIterator(stream, shardId, new StartingPosition.AfterSequenceNumber(last));
            } catch (KinesisException e) {
                // The stream was deleted and made again. Should it not have been, what is delivered again is passed
                // over.
                LOG.warn("Shard {} of {} is read from its beginning: {}", shardId, stream, e.getMessage());
            }
        }
        return kinesis.shardIterator(stream, shardId, settings.startingPosition());
    }

    /** Records for one batch; none if none come for a while. */
    private List<StreamRecord> gather() throws InterruptedException {
        if (buffer.isEmpty() && !read(Duration.ofMillis(LONGEST_WAIT_MILLIS))) {
            return List.of();
        }
        List<StreamRecord> batch = new ArrayList<>();
        int payloadBytes = 0;
        long windowEndMillis = clock.millis() + settings.batchingWindow().toMillis();
        while (batch.size() < settings.batchSize()) {
            StreamRecord next = buffer.peek();
            if (next == null) {
                long leftMillis = windowEndMillis - clock.millis();
                if (leftMillis <= 0 || iterator == null || !read(Duration.ofMillis(leftMillis))) {
                    break;
                }
                continue;
            }
            payloadBytes += KinesisEvents.payloadBytes(next);
            if (payloadBytes > MAX_PAYLOAD_BYTES && !batch.isEmpty()) {
                break;
            }
            batch.add(buffer.remove());
        }
        return batch;
    }

    /** Fills the empty buffer; false if nothing came in time, or the shard has ended. */
    private boolean read(Duration timeout) throws InterruptedException {
        long leftMillis = timeout.toMillis();
        String from = iterator;
        while (from != null) {
            long waitMillis = Math.min(leftMillis, LONGEST_WAIT_MILLIS);
            kinesis.awaitRecords(from, Duration.ofMillis(waitMillis));
            leftMillis -= waitMillis;
            if (isStopped()) {
                return false;
            }
            // Even where nothing came: an iterator lives five minutes, and a read renews it.
            ReadResult result = kinesis.read(from, settings.batchSize());
            from = result.nextIterator();
            iterator = from;
            buffer.addAll(result.records());
            if (!result.records().isEmpty()) {
                return true;
            }
            if (leftMillis <= 0) {
                return false;
            }
        }
        return false;
    }

    private void deliver(Delivery delivery) throws InterruptedException {
        long backoffMillis = FIRST_BACKOFF_MILLIS;
        while (!delivery.isDone() && !isStopped()) {
            Delivery.Discarded discarded = delivery.discard(clock.millis());
            if (discarded != null) {
                List<StreamRecord> records = discarded.records();
                LOG.error(
                        "Discarded {} records of {}, from sequence number {} to {}: {}",
                        records.size(),
                        shardId,
                        records.get(0).sequenceNumber(),
                        Delivery.last(records),
                        discarded.reason());
                checkpoints.done(shardId, Delivery.last(records));
                continue;
            }
            if (invoke(delivery)) {
                backoffMillis = FIRST_BACKOFF_MILLIS;
            } else if (!stop.await(backoffMillis, TimeUnit.MILLISECONDS)) {
                backoffMillis = Math.min(2 * backoffMillis, LAST_BACKOFF_MILLIS);
            }
        }
    }

    /** @return whether the mapping has moved on */
    private boolean invoke(Delivery delivery) {
        StreamsEventResponse response;
        try {
            response = function.handle(KinesisEvents.of(stream, shardId, delivery.next()));
        } catch (RuntimeException e) {
            LOG.warn(
                    "The function failed on a batch of {} records of {}; the batch will come again: {}",
                    delivery.next().size(),
                    shardId,
                    e.toString());
            LOG.debug("The function's failure", e);
            delivery.failed();
            return false;
        }
        List<StreamsEventResponse.BatchItemFailure> failures =
                response == null ? null : response.getBatchItemFailures();
        String done = failures == null || failures.isEmpty()
                ? delivery.succeeded()
                : delivery.failedAt(failures.stream()
                        .map(failure -> String.valueOf(failure.getItemIdentifier()))
                        .toList());
        if (done != null) {
            checkpoints.done(shardId, done);
        }
        return done != null;
    }
}
