package dev.millrace.local.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.local.testing.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.ConsumerDescription;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.ExpiredNextTokenException;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersResponse;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ValidationException;

/** Consumers are registered, found and removed, over CBOR and over JSON, and requests that cannot be met are refused. */
class ConsumersTest {
    private static final MovableClock CLOCK = new MovableClock(Instant.parse("2026-03-01T12:00:00.250Z"));
    private static LocalEndpoint endpoint;
    private static KinesisClient cbor;
    private static KinesisClient json;
    private static int streams;

    @BeforeAll
    static void start() {
        endpoint =
                LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0).withClock(CLOCK));
        cbor = Clients.kinesis(endpoint.uri());
        json = Clients.kinesisOverJson(endpoint.uri());
    }

    @AfterAll
    static void stop() {
        cbor.close();
        json.close();
        endpoint.close();
    }

    static List<KinesisClient> clients() {
        return List.of(cbor, json);
    }

    /** The name of a new stream. */
    private static String stream() {
        String name = "stream-" + ++streams;
        cbor.createStream(request -> request.streamName(name).shardCount(1));
        return name;
    }

    private static String arn(String stream) {
        return "arn:aws:kinesis:us-east-1:000000000000:stream/" + stream;
    }

    private static Consumer register(KinesisClient client, String stream, String name) {
        return client.registerStreamConsumer(
                        request -> request.streamARN(arn(stream)).consumerName(name))
                .consumer();
    }

    private static List<String> names(ListStreamConsumersResponse response) {
        return response.consumers().stream().map(Consumer::consumerName).toList();
    }

    private static void refused(Class<? extends KinesisException> type, String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(type).hasMessageContaining(message);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void aConsumerIsCreatingWhenItIsRegistered_andActiveWhenItIsDescribed(KinesisClient client) {
        String stream = stream();

        Consumer registered = register(client, stream, "c");

        assertThat(registered.consumerStatus()).isEqualTo(ConsumerStatus.CREATING);
        assertThat(registered.consumerARN())
                .isEqualTo(arn(stream) + "/consumer/c:" + CLOCK.instant().getEpochSecond());
        ConsumerDescription found = client.describeStreamConsumer(
                        request -> request.consumerARN(registered.consumerARN()))
                .consumerDescription();
        assertThat(found.consumerName()).isEqualTo("c");
        assertThat(found.consumerStatus()).isEqualTo(ConsumerStatus.ACTIVE);
        assertThat(found.streamARN()).isEqualTo(arn(stream));
        assertThat(found.consumerCreationTimestamp()).isEqualTo(CLOCK.instant());
        assertThat(client.describeStreamConsumer(
                                request -> request.streamARN(arn(stream)).consumerName("c"))
                        .consumerDescription())
                .isEqualTo(found);
        assertThat(client.describeStreamSummary(request -> request.streamName(stream))
                        .streamDescriptionSummary()
                        .consumerCount())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void consumersAreListedPageByPage(KinesisClient client) {
        String stream = stream();
        Instant created = CLOCK.instant();
        List.of("b", "c", "a").forEach(name -> register(client, stream, name));

        ListStreamConsumersResponse first = client.listStreamConsumers(
                request -> request.streamARN(arn(stream)).maxResults(2).streamCreationTimestamp(created));
        ListStreamConsumersResponse second = client.listStreamConsumers(
                request -> request.streamARN(arn(stream)).nextToken(first.nextToken()));

        assertThat(names(first)).containsExactly("a", "b");
        assertThat(first.consumers()).extracting(Consumer::consumerStatus).containsOnly(ConsumerStatus.ACTIVE);
        assertThat(names(second)).containsExactly("c");
        assertThat(second.nextToken()).isNull();
        CLOCK.advance(Duration.ofMinutes(5).plusMillis(1));
        refused(
                ExpiredNextTokenException.class,
                "expired",
                () -> client.listStreamConsumers(
                        request -> request.streamARN(arn(stream)).nextToken(first.nextToken())));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void aConsumerThatIsDeregisteredIsGone(KinesisClient client) {
        String stream = stream();
        Consumer consumer = register(client, stream, "c");
        register(client, stream, "d");

        client.deregisterStreamConsumer(request -> request.consumerARN(consumer.consumerARN()));
        client.deregisterStreamConsumer(
                request -> request.streamARN(arn(stream)).consumerName("d"));

        assertThat(names(client.listStreamConsumers(request -> request.streamARN(arn(stream)))))
                .isEmpty();
        refused(
                ResourceNotFoundException.class,
                "Consumer c",
                () -> client.deregisterStreamConsumer(request -> request.consumerARN(consumer.consumerARN())));
    }

    @Test
    void aConsumerThatIsRegisteredAgainIsAnother() {
        String stream = stream();
        Consumer before = register(cbor, stream, "c");
        cbor.deregisterStreamConsumer(request -> request.consumerARN(before.consumerARN()));
        CLOCK.advance(Duration.ofSeconds(1));
        register(cbor, stream, "c");

        refused(
                ResourceNotFoundException.class,
                before.consumerARN(),
                () -> cbor.describeStreamConsumer(request -> request.consumerARN(before.consumerARN())));
    }

    @Test
    void aNameIsTakenOnce_andAStreamHasTwentyConsumers() {
        String stream = stream();
        IntStream.range(0, 20).forEach(i -> register(cbor, stream, "c" + i));

        refused(ResourceInUseException.class, "already exists", () -> register(cbor, stream, "c7"));
        refused(LimitExceededException.class, "20", () -> register(cbor, stream, "one-more"));
        register(cbor, stream(), "c7");
    }

    @ParameterizedTest
    @MethodSource("clients")
    void aStreamWithConsumersIsDeletedOnlyWithThem(KinesisClient client) {
        String stream = stream();
        Consumer consumer = register(client, stream, "c");

        refused(
                ResourceInUseException.class,
                "EnforceConsumerDeletion",
                () -> client.deleteStream(request -> request.streamName(stream)));
        refused(
                ResourceInUseException.class,
                "EnforceConsumerDeletion",
                () -> client.deleteStream(request -> request.streamName(stream).enforceConsumerDeletion(false)));
        client.deleteStream(request -> request.streamName(stream).enforceConsumerDeletion(true));

        refused(
                ResourceNotFoundException.class,
                stream,
                () -> client.describeStreamConsumer(request -> request.consumerARN(consumer.consumerARN())));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void aConsumersTagsAreItsOwn(KinesisClient client) {
        String stream = stream();
        String arn = client.registerStreamConsumer(request ->
                        request.streamARN(arn(stream)).consumerName("c").tags(Map.of("a", "1")))
                .consumer()
                .consumerARN();

        client.tagResource(request -> request.resourceARN(arn).tags(Map.of("b", "2")));
        client.untagResource(request -> request.resourceARN(arn).tagKeys("a"));

        assertThat(client.listTagsForResource(request -> request.resourceARN(arn))
                        .tags())
                .singleElement()
                .satisfies(tag -> assertThat(tag.key() + tag.value()).isEqualTo("b2"));
        assertThat(client.listTagsForResource(request -> request.resourceARN(arn(stream)))
                        .tags())
                .isEmpty();
        refused(
                ResourceNotFoundException.class,
                "Consumer",
                () -> client.listTagsForResource(request -> request.resourceARN(arn + "0")));
    }

    @Test
    void whatNamesNoConsumerIsRefused() {
        String stream = stream();
        String arn = register(cbor, stream, "c").consumerARN();

        refused(ResourceNotFoundException.class, "none", () -> register(cbor, "none", "c"));
        refused(ValidationException.class, "consumerName", () -> register(cbor, stream, "no name"));
        refused(ValidationException.class, "consumerName", () -> register(cbor, stream, "n".repeat(129)));
        refused(
                InvalidArgumentException.class,
                "Invalid ARN",
                () -> cbor.registerStreamConsumer(
                        request -> request.streamARN(arn).consumerName("d")));
        refused(InvalidArgumentException.class, "Either", () -> cbor.describeStreamConsumer(request -> {}));
        refused(
                InvalidArgumentException.class,
                "Either",
                () -> cbor.deregisterStreamConsumer(request -> request.streamARN(arn(stream))));
        refused(
                ValidationException.class,
                "consumerARN",
                () -> cbor.describeStreamConsumer(request -> request.consumerARN(arn(stream))));
        refused(
                InvalidArgumentException.class,
                "another consumer",
                () -> cbor.describeStreamConsumer(
                        request -> request.consumerARN(arn).consumerName("d")));
    }

    @Test
    void listsThatCannotBeAreRefused() {
        String stream = stream();
        List.of("a", "b").forEach(name -> register(cbor, stream, name));
        String token = cbor.listStreamConsumers(
                        request -> request.streamARN(arn(stream)).maxResults(1))
                .nextToken();

        refused(
                ValidationException.class,
                "maxResults",
                () -> cbor.listStreamConsumers(
                        request -> request.streamARN(arn(stream)).maxResults(0)));
        refused(
                InvalidArgumentException.class,
                "NextToken",
                () -> cbor.listStreamConsumers(
                        request -> request.streamARN(arn(stream())).nextToken(token)));
        refused(
                InvalidArgumentException.class,
                "together",
                () -> cbor.listStreamConsumers(request ->
                        request.streamARN(arn(stream)).nextToken(token).streamCreationTimestamp(CLOCK.instant())));
        refused(
                ResourceNotFoundException.class,
                "was not created at",
                () -> cbor.listStreamConsumers(
                        request -> request.streamARN(arn(stream)).streamCreationTimestamp(Instant.EPOCH)));
    }
}
