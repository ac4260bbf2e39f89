package dev.millrace.local.mapping;

import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamRecord;
import dev.millrace.local.source.ShardRead;
import dev.millrace.local.source.SourceStream;
import dev.millrace.local.source.StreamReadException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The records of one shard, from its checkpoint to its end, in batches that fit an invocation. For one thread at a time. */
final class ShardFeed {
    private static final Logger LOG = LoggerFactory.getLogger(ShardFeed.class);
    /** Lambda's limit for the payload of a synchronous invocation. */
    private static final int MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
    /** How long to wait at once, however long there is: a stop is noticed no sooner, and an iterator must not expire. */
    private static final long LONGEST_WAIT_MILLIS = 500;

    private final SourceStream stream;
    private final String shardId;
    private final MappingSettings settings;
    private final Checkpoints checkpoints;
    private final Clock clock;
    private final BooleanSupplier isStopped;
    /** Read and not yet handed out: at most one read's. */
    private final Deque<StreamRecord> buffer = new ArrayDeque<>();

    private @Nullable String iterator;
    private @Nullable String lastRead;
    private boolean isOpen;

    /**
     * @param clock tells when a batching window is over
     * @param isStopped whether to wait no longer
     */
    ShardFeed(
            SourceStream stream,
            String shardId,
            MappingSettings settings,
            Checkpoints checkpoints,
            Clock clock,
            BooleanSupplier isStopped) {
        this.stream = stream;
        this.shardId = shardId;
        this.settings = settings;
        this.checkpoints = checkpoints;
        this.clock = clock;
        this.isStopped = isStopped;
    }

    /** Whether the shard is closed, and all of it has been handed out. */
    boolean hasEnded() {
        return isOpen && iterator == null && buffer.isEmpty();
    }

    /**
     * Records for one batch.
     *
     * @param patience how long to wait for the first, in real time; where that is zero, all that is there is looked for
     * @param window how long to gather more after that, by the clock
     * @return none if none have come
     * @throws StreamReadException if the shard cannot be read
     */
    List<StreamRecord> next(Duration patience, Duration window) throws InterruptedException {
        if (!isOpen) {
            iterator = startingIterator();
            isOpen = true;
        }
        if (buffer.isEmpty() && !read(patience)) {
            return List.of();
        }
        List<StreamRecord> batch = new ArrayList<>();
        int payloadBytes = 0;
        long windowEndMillis = clock.millis() + window.toMillis();
        while (batch.size() < settings.batchSize()) {
            StreamRecord next = buffer.peek();
            if (next == null) {
                long leftMillis = windowEndMillis - clock.millis();
                boolean isOver = leftMillis <= 0 || isStopped.getAsBoolean();
                if (isOver || iterator == null || !read(Duration.ofMillis(leftMillis))) {
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

    private String startingIterator() {
        String last = checkpoints.lastDone(shardId).orElse(null);
        if (last != null) {
            try {
                return stream.iterator(shardId, new StartingPosition.AfterSequenceNumber(last));
            } catch (StreamReadException e) {
                if (e.kind() != StreamReadException.Kind.NO_SUCH_POSITION) {
                    throw e;
                }
                // The stream was deleted and made again. Should it not have been, what is delivered again is passed
                // over.
                LOG.warn("Shard {} of {} is read from its beginning: {}", shardId, stream.name(), e.getMessage());
            }
        }
        return stream.iterator(shardId, settings.startingPosition());
    }

    /** Fills the empty buffer; false if nothing came in time, or the shard has ended. */
    private boolean read(Duration timeout) throws InterruptedException {
        long leftMillis = timeout.toMillis();
        String from = iterator;
        while (from != null) {
            long waitMillis = Math.min(leftMillis, LONGEST_WAIT_MILLIS);
            ShardRead result = read(from, Duration.ofMillis(waitMillis));
            leftMillis -= waitMillis;
            from = result.nextIterator();
            iterator = from;
            if (!result.records().isEmpty()) {
                buffer.addAll(result.records());
                lastRead = Delivery.last(result.records());
                return true;
            }
            if (isStopped.getAsBoolean() || (leftMillis <= 0 && result.atTip())) {
                return false;
            }
        }
        return false;
    }

    private ShardRead read(String from, Duration timeout) throws InterruptedException {
        try {
            return stream.read(from, settings.batchSize(), timeout);
        } catch (StreamReadException e) {
            if (e.kind() != StreamReadException.Kind.EXPIRED_ITERATOR) {
                throw e;
            }
            // The function took its time, or the clock is a test's.
            String last = lastRead;
            String again = last == null
                    ? startingIterator()
                    : stream.iterator(shardId, new StartingPosition.AfterSequenceNumber(last));
            return stream.read(again, settings.batchSize(), timeout);
        }
    }
}
