package dev.millrace.local.source;

import dev.millrace.local.kinesis.StreamRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;

/**
 * One shard, read by one subscription after another. Two events at most are in memory: the one that is handed out, and the
 * next. For one thread at a time (others wait), but for {@link #close}.
 */
final class FanOutShard {
    private static final Duration ANSWER = Duration.ofSeconds(10);
    /** Until it is known whether there is anything to read, even a read that shall not wait does so a little. */
    private static final long FIRST_EVENT_MILLIS = 100;

    private final Function<FanOutPosition, PushedEvents> subscribing;
    private final Deque<StreamRecord> records = new ArrayDeque<>();
    private volatile boolean isClosed;
    private volatile @Nullable PushedEvents events;
    /** After what was handed out; null at the end of the shard. */
    private @Nullable FanOutPosition position;
    /** After {@code records}; null at the end of the shard. */
    private @Nullable FanOutPosition next;

    private boolean hasEvents;
    private boolean isAtTip;

    /** @param subscribing begins a subscription, and throws StreamReadException */
    FanOutShard(Function<FanOutPosition, PushedEvents> subscribing) {
        this.subscribing = subscribing;
    }

    /** Begins to read there, and returns when the subscription has been accepted. */
    synchronized void begin(FanOutPosition from) {
        PushedEvents begun = subscribe(from);
        if (!begun.awaitAnswer(ANSWER)) {
            throw failed(SdkClientException.create("No answer to a subscription within " + ANSWER.toSeconds() + " s"));
        }
        if (begun.hasFailed()) {
            throw failed(takeError(begun));
        }
    }

    private static @Nullable Throwable takeError(PushedEvents ended) {
        try {
            PushedEvents.@Nullable Signal signal = ended.take(0);
            return signal == null ? null : signal.error();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e;
        }
    }

    private PushedEvents subscribe(FanOutPosition from) {
        stop();
        records.clear();
        position = from;
        next = from;
        hasEvents = false;
        isAtTip = false;
        PushedEvents begun = subscribing.apply(from);
        events = begun;
        if (isClosed) {
            begun.cancel();
        }
        return begun;
    }

    private void stop() {
        @Nullable PushedEvents before = events;
        events = null;
        if (before != null) {
            before.cancel();
        }
    }

    /** As {@link SourceStream#read}. */
    synchronized ShardRead read(FanOutPosition from, int limit, Duration timeout) throws InterruptedException {
        boolean isHere = from.equals(position);
        if (from.passes() && (!isHere || events == null)) {
            // What has come since would be left out.
            throw new StreamReadException(
                    SdkClientException.create("Its subscription is over: " + from.token()),
                    StreamReadException.Kind.EXPIRED_ITERATOR);
        }
        if (!isHere) {
            subscribe(from);
        }
        long endNanos = System.nanoTime() + timeout.toNanos();
        while (records.isEmpty() && next != null) {
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
            PushedEvents current = events == null ? subscribe(next) : events;
            PushedEvents.@Nullable Signal signal =
                    current.take(hasEvents ? leftMillis : Math.max(leftMillis, FIRST_EVENT_MILLIS));
            if (signal == null) {
                break;
            }
            SubscribeToShardEvent event = signal.event();
            if (event == null) {
                ended(signal.error());
            } else {
                take(event);
            }
        }
        return handOut(limit);
    }

    private void take(SubscribeToShardEvent event) {
        hasEvents = true;
        event.records().forEach(record -> records.add(ClientStream.record(record)));
        Long behindMillis = event.millisBehindLatest();
        isAtTip = behindMillis == null || behindMillis == 0;
        String continuation = event.continuationSequenceNumber();
        FanOutPosition before = next;
        next = continuation == null || before == null ? null : before.after(continuation);
        if (next == null) {
            stop();
        }
        if (records.isEmpty()) {
            position = next;
        }
    }

    /** Goes on after a subscription has ended, or lost its connection; otherwise throws. */
    private void ended(@Nullable Throwable error) {
        boolean canGoOn = !isClosed
                && hasEvents
                && !(error instanceof ResourceInUseException)
                && (error == null || ClientStream.kind(sdkException(error)) == StreamReadException.Kind.UNAVAILABLE);
        events = null;
        if (!canGoOn) {
            throw failed(error);
        }
    }

    private StreamReadException failed(@Nullable Throwable error) {
        stop();
        SdkException cause = isClosed
                ? SdkClientException.create("The stream is closed")
                : error == null
                        ? SdkClientException.create("A subscription ended before its first event")
                        : sdkException(error);
        return new StreamReadException(cause, ClientStream.kind(cause));
    }

    private static SdkException sdkException(Throwable error) {
        return error instanceof SdkException known
                ? known
                : SdkClientException.create(String.valueOf(error.getMessage()), error);
    }

    private ShardRead handOut(int limit) {
        List<StreamRecord> read = new ArrayList<>();
        while (read.size() < limit && !records.isEmpty()) {
            read.add(records.remove());
        }
        FanOutPosition before = position;
        if (records.isEmpty()) {
            position = next;
        } else if (before != null) {
            position = before.after(read.get(read.size() - 1).sequenceNumber());
        }
        FanOutPosition now = position;
        return new ShardRead(read, now == null ? null : now.token(), isAtTip && records.isEmpty());
    }

    /** Ends the subscription; whoever reads is told, and nobody may read any more. */
    void close() {
        isClosed = true;
        @Nullable PushedEvents current = events;
        if (current != null) {
            current.cancel();
        }
    }
}
