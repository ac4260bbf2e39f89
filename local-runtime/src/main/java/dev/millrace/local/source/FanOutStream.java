package dev.millrace.local.source;

import dev.millrace.local.kinesis.StartingPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.ConsumerDescription;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardRequest;

/**
 * A stream that is read by enhanced fan-out: Kinesis pushes records as they come. Each shard is read at one place at a
 * time, and begins anew at an iterator that is not its last: Kinesis refuses that within five seconds of the last
 * beginning, with a {@link StreamReadException} of kind UNAVAILABLE. A subscription that has ended, as each does after five
 * minutes, is followed by another without anybody noticing; so is one that the SDK gives up since nobody has read for ten
 * seconds.
 */
public final class FanOutStream implements SourceStream, AutoCloseable {
    private static final Duration REGISTRATION = Duration.ofSeconds(60);
    private static final long REGISTRATION_POLL_MILLIS = 250;

    private final KinesisAsyncClient kinesis;
    private final String name;
    private final String consumerName;
    private final Map<String, FanOutShard> shards = new ConcurrentHashMap<>();
    private final AtomicLong serials = new AtomicLong();
    private @Nullable String consumerArn;
    private volatile boolean isClosed;

    FanOutStream(KinesisAsyncClient kinesis, String name, String consumerName) {
        this.kinesis = kinesis;
        this.name = name;
        this.consumerName = consumerName;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<SourceShard> shards() {
        List<SourceShard> found = new ArrayList<>();
        ListShardsRequest request = ListShardsRequest.builder().streamName(name).build();
        while (true) {
            ListShardsResponse page = of(kinesis.listShards(request));
            page.shards().forEach(shard -> found.add(ClientStream.shard(shard)));
            if (page.nextToken() == null) {
                return List.copyOf(found);
            }
            request = ClientStream.next(page);
        }
    }

    /**
     * Begins to read there; registers the consumer, if there is none, and waits until it is active.
     *
     * @throws StreamReadException if there is no such shard, or position, or the consumer cannot be registered or is
     *     being used
     */
    @Override
    public String iterator(String shardId, StartingPosition position) {
        FanOutPosition from = FanOutPosition.of(shardId, position, serials.incrementAndGet());
        try {
            shard(shardId).begin(from);
        } catch (StreamReadException e) {
            throw noticed(e);
        }
        return from.token();
    }

    @Override
    public ShardRead read(String iterator, int limit, Duration timeout) throws InterruptedException {
        FanOutPosition from = FanOutPosition.parse(iterator);
        try {
            return shard(from.shardId()).read(from, limit, timeout);
        } catch (StreamReadException e) {
            throw noticed(e);
        }
    }

    /** That of Kinesis, whoever asks for records. */
    @Override
    public Duration visibilityLag() {
        return ClientStream.VISIBILITY_LAG;
    }

    private FanOutShard shard(String shardId) {
        FanOutShard shard = shards.computeIfAbsent(shardId, id -> new FanOutShard(this::subscribe));
        if (isClosed) {
            shard.close();
        }
        return shard;
    }

    private PushedEvents subscribe(FanOutPosition from) {
        return PushedEvents.begin(
                kinesis,
                SubscribeToShardRequest.builder()
                        .consumerARN(consumerArn())
                        .shardId(from.shardId())
                        .startingPosition(from.inRequest())
                        .build());
    }

    /** What is not there may be the consumer, with a stream that was deleted and made again. */
    private synchronized StreamReadException noticed(StreamReadException e) {
        if (e.kind() == StreamReadException.Kind.NO_SUCH_POSITION) {
            consumerArn = null;
        }
        return e;
    }

    private synchronized String consumerArn() {
        @Nullable String known = consumerArn;
        if (known == null) {
            known = activeConsumer(of(kinesis.describeStreamSummary(request -> request.streamName(name)))
                    .streamDescriptionSummary()
                    .streamARN());
            consumerArn = known;
        }
        return known;
    }

    private String activeConsumer(String streamArn) {
        long endNanos = System.nanoTime() + REGISTRATION.toNanos();
        while (System.nanoTime() < endNanos && !isClosed) {
            @Nullable ConsumerDescription found = find(streamArn);
            if (found == null) {
                register(streamArn);
            } else if (found.consumerStatus() == ConsumerStatus.ACTIVE) {
                return found.consumerARN();
            } else {
                pause();
            }
        }
        throw unavailable("Consumer " + consumerName + " of stream " + name + " is not active within "
                + REGISTRATION.toSeconds() + " s");
    }

    private @Nullable ConsumerDescription find(String streamArn) {
        try {
            return of(kinesis.describeStreamConsumer(
                            request -> request.streamARN(streamArn).consumerName(consumerName)))
                    .consumerDescription();
        } catch (StreamReadException e) {
            if (e.getCause() instanceof ResourceNotFoundException) {
                return null;
            }
            throw e;
        }
    }

    private void register(String streamArn) {
        try {
            of(kinesis.registerStreamConsumer(
                    request -> request.streamARN(streamArn).consumerName(consumerName)));
        } catch (StreamReadException e) {
            // Somebody else was quicker.
            if (!(e.getCause() instanceof ResourceInUseException)) {
                throw e;
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(REGISTRATION_POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("Interrupted while waiting for a consumer to become active");
        }
    }

    private static StreamReadException unavailable(String message) {
        return new StreamReadException(SdkClientException.create(message), StreamReadException.Kind.UNAVAILABLE);
    }

    private static <T> T of(CompletableFuture<T> call) {
        try {
            return call.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof SdkException known) {
                throw new StreamReadException(known, ClientStream.kind(known));
            }
            throw e;
        }
    }

    /** Ends all subscriptions, and reads with them. The client stays open, and the consumer registered. */
    @Override
    public void close() {
        isClosed = true;
        shards.values().forEach(FanOutShard::close);
    }
}
