package dev.millrace.local.source;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEventStream;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardRequest;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponseHandler;

/** One subscription of the SDK's. It asks for one event; for the next, when that one is taken. */
final class PushedEvents implements Subscriber<SubscribeToShardEventStream> {
    /** Events come one at a time, so this holds one, and the end. */
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();

    private final CompletableFuture<Void> answer = new CompletableFuture<>();
    private volatile @Nullable Subscription subscription;
    private volatile boolean isCancelled;

    /**
     * What has come.
     *
     * @param event null at the end
     * @param error why it ended; null if it ended well, or has not
     */
    record Signal(
            @Nullable SubscribeToShardEvent event, @Nullable Throwable error) {}

    private PushedEvents() {}

    static PushedEvents begin(KinesisAsyncClient kinesis, SubscribeToShardRequest request) {
        PushedEvents events = new PushedEvents();
        CompletableFuture<Void> unused = kinesis.subscribeToShard(
                        request,
                        SubscribeToShardResponseHandler.builder()
                                .onEventStream(publisher -> publisher.subscribe(events))
                                // The future has it, too.
                                .onError(error -> {})
                                .build())
                .whenComplete((nothing, error) -> events.end(error));
        return events;
    }

    private void end(@Nullable Throwable error) {
        @Nullable Throwable cause = error instanceof CompletionException ? error.getCause() : error;
        signals.add(new Signal(null, cause));
        answer.complete(null);
    }

    /** Waits until the subscription has begun, or failed, which the first signal then tells; false if neither came. */
    boolean awaitAnswer(Duration timeout) {
        return answer.thenApply(nothing -> true)
                .completeOnTimeout(false, timeout.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    /** What came first of what was not taken; null if nothing has within that time. */
    @Nullable
    Signal take(long timeoutMillis) throws InterruptedException {
        @Nullable
        Signal signal = timeoutMillis > 0 ? signals.poll(timeoutMillis, TimeUnit.MILLISECONDS) : signals.poll();
        @Nullable Subscription begun = subscription;
        if (signal != null && signal.event() != null && begun != null) {
            begun.request(1);
        }
        return signal;
    }

    /** Whether it has failed already. */
    boolean hasFailed() {
        @Nullable Signal first = signals.peek();
        return first != null && first.error() != null;
    }

    /** Ends it. Whoever waits for an event is told. */
    void cancel() {
        isCancelled = true;
        @Nullable Subscription begun = subscription;
        if (begun != null) {
            begun.cancel();
        }
        end(new CancellationException("The subscription was given up"));
    }

    @Override
    public void onSubscribe(Subscription begun) {
        subscription = begun;
        if (isCancelled) {
            begun.cancel();
        } else {
            begun.request(1);
            answer.complete(null);
        }
    }

    @Override
    public void onNext(SubscribeToShardEventStream event) {
        if (event instanceof SubscribeToShardEvent records) {
            signals.add(new Signal(records, null));
            return;
        }
        @Nullable Subscription begun = subscription;
        if (begun != null) {
            // Of a kind that there was none of when this was written.
            begun.request(1);
        }
    }

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onComplete() {}
}
