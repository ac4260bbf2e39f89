package dev.millrace.local.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.testing.MovableClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;
import software.amazon.awssdk.services.kinesis.model.ValidationException;

/** Subscriptions by the AWS SDK for Java. */
class SubscriptionTest {
    private static final String FIRST = "shardId-000000000000";
    private static final StartingPosition OLDEST = from(ShardIteratorType.TRIM_HORIZON);
    private static final MovableClock CLOCK = new MovableClock(Instant.parse("2026-03-01T12:00:00Z"));

    private static LocalEndpoint endpoint;
    /** One for all tests, since it takes two seconds to close. */
    private static KinesisAsyncClient client;

    private static int streams;

    private final String stream = "s" + ++streams;
    private final String streamArn = "arn:aws:kinesis:us-east-1:000000000000:stream/" + stream;
    private String consumerArn;

    @BeforeAll
    static void start() {
        endpoint = start(CLOCK);
        client = SdkClient.async(endpoint.uri(), Protocol.HTTP2, true);
    }

    private static LocalEndpoint start(Clock clock) {
        return LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0).withClock(clock));
    }

    @AfterAll
    static void stop() {
        client.close();
        endpoint.close();
    }

    @BeforeEach
    void register() {
        endpoint.kinesis().createStream(stream, 1, false, Map.of());
        consumerArn = register("c");
    }

    private String register(String name) {
        return client.registerStreamConsumer(
                        request -> request.streamARN(streamArn).consumerName(name))
                .join()
                .consumer()
                .consumerARN();
    }

    private static StartingPosition from(ShardIteratorType type) {
        return StartingPosition.builder().type(type).build();
    }

    private static StartingPosition from(ShardIteratorType type, String sequenceNumber) {
        return from(type).toBuilder().sequenceNumber(sequenceNumber).build();
    }

    private static StartingPosition from(Instant timestamp) {
        return from(ShardIteratorType.AT_TIMESTAMP).toBuilder()
                .timestamp(timestamp)
                .build();
    }

    /** Puts a record, and returns its sequence number. */
    private String put(String text) {
        return client.putRecord(
                        request -> request.streamName(stream).partitionKey("k").data(SdkBytes.fromUtf8String(text)))
                .join()
                .sequenceNumber();
    }

    private Subscriber subscribe(StartingPosition position) throws Exception {
        return Subscriber.eager(client, consumerArn, FIRST, position).begun();
    }

    private static void refused(Class<? extends Exception> type, String message, ThrowingCallable call) {
        assertThatThrownBy(call).hasCauseInstanceOf(type).hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP2 false", "HTTP1_1 true"})
    void recordsArePushed_overHttp1AndInJsonToo(String kind) throws Exception {
        String[] parts = kind.split(" ");
        try (KinesisAsyncClient other =
                SdkClient.async(endpoint.uri(), Protocol.valueOf(parts[0]), Boolean.parseBoolean(parts[1]))) {
            Subscriber subscriber = Subscriber.eager(other, consumerArn, FIRST, from(ShardIteratorType.LATEST))
                    .begun();

            for (int i = 0; i < 3; i++) {
                String sequenceNumber = put("text " + i);
                SubscribeToShardEvent event = subscriber.next();

                assertThat(event.records()).singleElement().satisfies(record -> {
                    assertThat(record.sequenceNumber()).isEqualTo(sequenceNumber);
                    assertThat(record.partitionKey()).isEqualTo("k");
                    assertThat(record.approximateArrivalTimestamp()).isEqualTo(CLOCK.instant());
                });
                assertThat(event.records().get(0).data().asUtf8String()).isEqualTo("text " + i);
                assertThat(event.continuationSequenceNumber()).isEqualTo(sequenceNumber);
                assertThat(event.millisBehindLatest()).isZero();
                assertThat(event.childShards()).isEmpty();
            }
        }
    }

    @Test
    void aSubscriptionBeginsWhereItsPositionSays() throws Exception {
        put("a");
        CLOCK.advance(Duration.ofSeconds(10));
        String second = put("b");
        CLOCK.advance(Duration.ofSeconds(10));
        put("c");

        assertThat(textsFrom("oldest", OLDEST)).containsExactly("a", "b", "c", "new");
        assertThat(textsFrom("at", from(ShardIteratorType.AT_SEQUENCE_NUMBER, second)))
                .containsExactly("b", "c", "new", "new");
        assertThat(textsFrom("after", from(ShardIteratorType.AFTER_SEQUENCE_NUMBER, second)))
                .containsExactly("c", "new", "new", "new");
        assertThat(textsFrom("time", from(CLOCK.instant().minusSeconds(10))))
                .containsExactly("b", "c", "new", "new", "new", "new");
        assertThat(textsFrom("latest", from(ShardIteratorType.LATEST))).containsExactly("new");
    }

    /** All records that a new consumer is given, the last of which is put once it has subscribed. */
    private List<String> textsFrom(String consumer, StartingPosition position) throws Exception {
        Subscriber subscriber =
                Subscriber.eager(client, register(consumer), FIRST, position).begun();
        String last = put("new");
        List<String> texts = new ArrayList<>();
        SubscribeToShardEvent event;
        do {
            event = subscriber.next();
            event.records().forEach(record -> texts.add(record.data().asUtf8String()));
        } while (!last.equals(event.continuationSequenceNumber()));
        return texts;
    }

    @Test
    void aShardIsSubscribedToByOneAtATime() throws Exception {
        Subscriber first = subscribe(OLDEST);

        CLOCK.advance(Duration.ofMillis(4_999));
        refused(
                ResourceInUseException.class,
                "began 4999 ms ago",
                () -> subscribe(OLDEST).awaitEnd());
        put("a");
        assertThat(first.texts(1)).containsExactly("a");
        Subscriber.eager(client, register("another"), FIRST, OLDEST).begun().next();

        CLOCK.advance(Duration.ofMillis(1));
        Subscriber second = subscribe(OLDEST);
        assertThat(second.texts(1)).containsExactly("a");
        refused(ResourceInUseException.class, "has taken the place", first::awaitEnd);
    }

    @Test
    void aSubscriptionLastsFiveMinutes_andTheNextGoesOn() throws Exception {
        Subscriber first = subscribe(OLDEST);
        put("a");
        String continuation = first.next().continuationSequenceNumber();
        CLOCK.advance(Duration.ofMinutes(5));
        put("b");
        first.awaitEnd();

        Subscriber second = subscribe(from(ShardIteratorType.AFTER_SEQUENCE_NUMBER, continuation));

        assertThat(second.texts(1)).containsExactly("b");
    }

    /** Waits for the second such event, which comes after two seconds. */
    @Test
    void whileNothingComes_anEmptyEventSaysWhereTheSubscriptionIs() throws Exception {
        Subscriber subscriber = subscribe(from(ShardIteratorType.LATEST));
        subscriber.nextOfAny();
        SubscribeToShardEvent event = subscriber.nextOfAny();
        put("a");

        assertThat(event.records()).isEmpty();
        assertThat(event.millisBehindLatest()).isZero();
        String after = event.continuationSequenceNumber();
        assertThat(Subscriber.eager(
                                client,
                                register("another"),
                                FIRST,
                                from(ShardIteratorType.AFTER_SEQUENCE_NUMBER, after))
                        .texts(1))
                .containsExactly("a");
    }

    @Test
    void aShardThatIsSplitEndsWithItsChildren_afterItsRecords() throws Exception {
        Subscriber parent = subscribe(OLDEST);
        IntStream.range(0, 50).forEach(i -> put("text " + i));
        client.splitShard(request ->
                        request.streamName(stream).shardToSplit(FIRST).newStartingHashKey("17"))
                .join();

        assertThat(parent.texts(50))
                .containsExactlyElementsOf(
                        IntStream.range(0, 50).mapToObj(i -> "text " + i).toList());
        assertThat(end(parent)).extracting(ChildShard::shardId).containsExactly(id(1), id(2));

        Subscriber child = Subscriber.eager(client, consumerArn, id(1), OLDEST).begun();
        client.mergeShards(request ->
                        request.streamName(stream).shardToMerge(id(1)).adjacentShardToMerge(id(2)))
                .join();
        assertThat(end(child)).singleElement().satisfies(merged -> {
            assertThat(merged.shardId()).isEqualTo(id(3));
            assertThat(merged.parentShards()).containsExactlyInAnyOrder(id(1), id(2));
            assertThat(merged.hashKeyRange().startingHashKey()).isEqualTo("0");
        });
        assertThat(end(Subscriber.eager(client, register("late"), FIRST, from(ShardIteratorType.LATEST))))
                .hasSize(2);
    }

    private static String id(int shard) {
        return FIRST.substring(0, FIRST.length() - 1) + shard;
    }

    /** The children at the end of a shard, at which the subscription ends. */
    private static List<ChildShard> end(Subscriber subscriber) throws Exception {
        SubscribeToShardEvent event = subscriber.next();
        assertThat(event.records()).isEmpty();
        assertThat(event.continuationSequenceNumber()).isNull();
        subscriber.awaitEnd();
        return event.childShards();
    }

    @Test
    void whenItsStreamIsDeleted_thenASubscriptionEnds() throws Exception {
        Subscriber subscriber = subscribe(OLDEST);

        client.deleteStream(request -> request.streamName(stream).enforceConsumerDeletion(true))
                .join();

        refused(ResourceNotFoundException.class, "does not exist", subscriber::awaitEnd);
    }

    @Test
    void whenItsConsumerIsDeregistered_thenASubscriptionEnds() throws Exception {
        Subscriber subscriber = subscribe(OLDEST);

        client.deregisterStreamConsumer(request -> request.consumerARN(consumerArn))
                .join();

        refused(ResourceNotFoundException.class, "Consumer c", subscriber::awaitEnd);
    }

    @Test
    void whenTheEndpointCloses_thenASubscriptionEnds() throws Exception {
        LocalEndpoint other = start(CLOCK);
        other.kinesis().createStream(stream, 1, false, Map.of());
        other.kinesis().consumers().register(stream, "c", Map.of());
        try (KinesisAsyncClient ofOther = SdkClient.async(other.uri(), Protocol.HTTP2, true)) {
            Subscriber subscriber =
                    Subscriber.eager(ofOther, consumerArn, FIRST, OLDEST).begun();

            other.close();

            subscriber.awaitEnd();
        }
    }

    @Test
    void whatCannotBeSubscribedToIsRefused() {
        refused(ResourceNotFoundException.class, "Consumer", () -> subscribe(consumerArn + "0", FIRST, OLDEST));
        refused(ResourceNotFoundException.class, "Shard", () -> subscribe(consumerArn, id(7), OLDEST));
        refused(ValidationException.class, "consumerARN", () -> subscribe(streamArn, FIRST, OLDEST));
        refused(
                InvalidArgumentException.class,
                "SequenceNumber",
                () -> subscribe(consumerArn, FIRST, from(ShardIteratorType.AT_SEQUENCE_NUMBER)));
        refused(
                InvalidArgumentException.class,
                "used in SubscribeToShard",
                () -> subscribe(consumerArn, FIRST, from(ShardIteratorType.AFTER_SEQUENCE_NUMBER, "17")));
        refused(
                InvalidArgumentException.class,
                "Timestamp",
                () -> subscribe(consumerArn, FIRST, from(ShardIteratorType.AT_TIMESTAMP)));
        refused(
                InvalidArgumentException.class,
                "cannot be greater",
                () -> subscribe(consumerArn, FIRST, from(CLOCK.instant().plusSeconds(1))));
        refused(ValidationException.class, "startingPosition", () -> subscribe(consumerArn, FIRST, null));
        refused(
                ValidationException.class,
                "type",
                () -> subscribe(consumerArn, FIRST, StartingPosition.builder().build()));
    }

    private void subscribe(String arn, String shardId, @Nullable StartingPosition position) throws Exception {
        Subscriber.eager(client, arn, shardId, position).awaitEnd();
    }
}
