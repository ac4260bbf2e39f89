package dev.millrace.local.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEventStream;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardRequest;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponseHandler;

/** A subscription of the SDK's, whose events are taken one by one. */
final class Subscriber implements org.reactivestreams.Subscriber<SubscribeToShardEventStream> {
    private static final long HANG_SECONDS = 20;

    private final BlockingQueue<SubscribeToShardEvent> events = new LinkedBlockingQueue<>();
    private final CompletableFuture<Subscription> subscription = new CompletableFuture<>();
    private final CompletableFuture<Void> end;
    private final boolean isEager;

    private Subscriber(KinesisAsyncClient client, SubscribeToShardRequest request, boolean isEager) {
        this.isEager = isEager;
        this.end = client.subscribeToShard(
                request,
                SubscribeToShardResponseHandler.builder()
                        .onEventStream(publisher -> publisher.subscribe(this))
                        .onError(error -> {})
                        .build());
    }

    /** Takes all events as they come. */
    static Subscriber eager(
            KinesisAsyncClient client, String consumerArn, String shardId, @Nullable StartingPosition from) {
        return new Subscriber(client, request(consumerArn, shardId, from), true);
    }

    /** Takes none before {@link #request} is called. */
    static Subscriber lazy(
            KinesisAsyncClient client, String consumerArn, String shardId, @Nullable StartingPosition from) {
        return new Subscriber(client, request(consumerArn, shardId, from), false);
    }

    private static SubscribeToShardRequest request(
            String consumerArn, String shardId, @Nullable StartingPosition from) {
        return SubscribeToShardRequest.builder()
                .consumerARN(consumerArn)
                .shardId(shardId)
                .startingPosition(from)
                .build();
    }

    @Override
    public void onSubscribe(Subscription begun) {
        subscription.complete(begun);
        if (isEager) {
            begun.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(SubscribeToShardEventStream event) {
        events.add((SubscribeToShardEvent) event);
    }

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onComplete() {}

    /** Waits until the endpoint has accepted the subscription. */
    Subscriber begun() throws Exception {
        // Which of the two comes first says whether it was accepted.
        CompletableFuture.anyOf(subscription, end).get(HANG_SECONDS, TimeUnit.SECONDS);
        return this;
    }

    void request(long count) throws Exception {
        subscription.get(HANG_SECONDS, TimeUnit.SECONDS).request(count);
    }

    void cancel() throws Exception {
        subscription.get(HANG_SECONDS, TimeUnit.SECONDS).cancel();
    }

    /** The next event that has records, or is the last. */
    SubscribeToShardEvent next() throws InterruptedException {
        SubscribeToShardEvent event;
        do {
            event = nextOfAny();
        } while (event.records().isEmpty() && event.continuationSequenceNumber() != null);
        return event;
    }

    /** The next event. */
    SubscribeToShardEvent nextOfAny() throws InterruptedException {
        @Nullable SubscribeToShardEvent event = events.poll(HANG_SECONDS, TimeUnit.SECONDS);
        assertThat(event).as("an event within %s s", HANG_SECONDS).isNotNull();
        return Objects.requireNonNull(event);
    }

    /** What the next so many records hold. */
    List<String> texts(int count) throws InterruptedException {
        List<String> texts = new ArrayList<>();
        while (texts.size() < count) {
            next().records().forEach(record -> texts.add(record.data().asUtf8String()));
        }
        return texts;
    }

    /** Waits for the end, and throws its error if there is one, as an ExecutionException. */
    void awaitEnd() throws Exception {
        end.get(HANG_SECONDS, TimeUnit.SECONDS);
    }
}
