package dev.millrace.local.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.kinesis.PutEntry;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamRecord;
import dev.millrace.local.testing.MovableClock;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/** A stream that is read by enhanced fan-out, with the SDK's client and the endpoint's subscriptions. */
class FanOutStreamTest {
    private static final MovableClock CLOCK = new MovableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private static final String FIRST = "shardId-000000000000";
    private static final Duration HANG = Duration.ofSeconds(20);
    private static LocalEndpoint endpoint;
    private static KinesisAsyncClient client;
    private static int streams;

    private final String name = "s" + ++streams;
    private FanOutStream stream;

    @BeforeAll
    static void start() {
        endpoint =
                LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0).withClock(CLOCK));
        client = client(endpoint.uri());
    }

    private static KinesisAsyncClient client(URI uri) {
        return KinesisAsyncClient.builder()
                .endpointOverride(uri)
                .region(Region.EU_WEST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("anybody", "anything")))
                .build();
    }

    @AfterAll
    static void stop() {
        client.close();
        endpoint.close();
    }

    @BeforeEach
    void create() {
        kinesis().createStream(name, 1, false, Map.of());
        stream = SourceStream.fanOut(client, name, "c");
    }

    @AfterEach
    void close() {
        stream.close();
    }

    private static EmbeddedKinesis kinesis() {
        return endpoint.kinesis();
    }

    private void put(String... texts) {
        for (String text : texts) {
            kinesis().put(name, List.of(PutEntry.of("k", text.getBytes(StandardCharsets.UTF_8))));
        }
    }

    private static String text(StreamRecord record) {
        return StandardCharsets.UTF_8.decode(record.data()).toString();
    }

    /** Reads until so many records have come; returns where to read on. */
    private @Nullable String readInto(List<String> texts, @Nullable String from, int count)
            throws InterruptedException {
        String iterator = from;
        while (texts.size() < count && iterator != null) {
            ShardRead read = stream.read(iterator, 10, HANG);
            read.records().forEach(record -> texts.add(text(record)));
            iterator = read.nextIterator();
        }
        return iterator;
    }

    private static void fails(StreamReadException.Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .asInstanceOf(InstanceOfAssertFactories.type(StreamReadException.class))
                .extracting(StreamReadException::kind)
                .isEqualTo(kind);
    }

    @Test
    void recordsAreReadInOrder_ofWhichALimitLeavesSomeForLater() throws Exception {
        String[] expected = IntStream.range(0, 100).mapToObj(i -> "text " + i).toArray(String[]::new);
        put(expected);
        String iterator = stream.iterator(FIRST, new StartingPosition.TrimHorizon());

        ShardRead first = stream.read(iterator, 3, HANG);

        assertThat(first.records()).extracting(FanOutStreamTest::text).containsExactly("text 0", "text 1", "text 2");
        assertThat(first.atTip()).isFalse();
        assertThat(kinesis().describe(name).consumers()).hasSize(1);
        List<String> texts = new ArrayList<>(List.of("text 0", "text 1", "text 2"));
        String next = readInto(texts, first.nextIterator(), 100);
        assertThat(texts).containsExactly(expected);
        assertThat(stream.read(String.valueOf(next), 1, Duration.ZERO).atTip()).isTrue();
    }

    @Test
    void aReadThatWaitsEndsWhenARecordComes() throws Exception {
        String iterator = stream.iterator(FIRST, new StartingPosition.Latest());
        List<String> texts = new ArrayList<>();
        CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> {
            try {
                readInto(texts, iterator, 1);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        put("a");

        reading.get(HANG.toSeconds(), TimeUnit.SECONDS);
        assertThat(texts).containsExactly("a");
    }

    @Test
    void whenASubscriptionHasEnded_thenAnotherGoesOn() throws Exception {
        List<String> texts = new ArrayList<>();
        put("a");
        String next = readInto(texts, stream.iterator(FIRST, new StartingPosition.TrimHorizon()), 1);

        CLOCK.advance(Duration.ofMinutes(5));
        put("b", "c");
        readInto(texts, next, 3);

        assertThat(texts).containsExactly("a", "b", "c");
    }

    @Test
    void whenTheEndpointIsRestarted_thenTheNextSubscriptionGoesOn(@TempDir Path directory) throws Exception {
        LocalEndpointOptions options =
                LocalEndpointOptions.defaults().withPort(0).withDataDirectory(directory);
        List<String> texts = new ArrayList<>();
        LocalEndpoint before = LocalEndpoint.start(options);
        try (KinesisAsyncClient other = client(before.uri());
                FanOutStream read = SourceStream.fanOut(other, "kept", "c")) {
            before.kinesis().createStream("kept", 1, false, Map.of());
            before.kinesis().put("kept", List.of(PutEntry.of("k", new byte[] {'a'})));
            ShardRead first = read.read(read.iterator(FIRST, new StartingPosition.TrimHorizon()), 10, HANG);
            first.records().forEach(record -> texts.add(text(record)));
            before.close();

            try (LocalEndpoint after = LocalEndpoint.start(options.withPort(before.port()))) {
                after.kinesis().put("kept", List.of(PutEntry.of("k", new byte[] {'b'})));
                String iterator = first.nextIterator();
                while (texts.size() < 2) {
                    ShardRead next = read.read(String.valueOf(iterator), 10, HANG);
                    next.records().forEach(record -> texts.add(text(record)));
                    iterator = next.nextIterator();
                }
            }
        }
        assertThat(texts).containsExactly("a", "b");
    }

    @Test
    void aShardThatIsSplitIsReadToItsEnd() throws Exception {
        put("a", "b");
        kinesis().splitShard(name, FIRST, BigInteger.TEN);
        List<String> texts = new ArrayList<>();

        String end = readInto(texts, stream.iterator(FIRST, new StartingPosition.TrimHorizon()), Integer.MAX_VALUE);

        assertThat(texts).containsExactly("a", "b");
        assertThat(end).isNull();
        assertThat(stream.shards()).hasSize(3);
        assertThat(stream.shards().get(2).parents()).containsExactly(FIRST);
        String last = kinesis()
                .put(name, List.of(PutEntry.of("k", new byte[1])))
                .get(0)
                .shardId();
        assertThat(stream.read(stream.iterator(last, new StartingPosition.TrimHorizon()), 1, HANG)
                        .records())
                .hasSize(1);
    }

    @Test
    void aPositionMayBeReadAgain() throws Exception {
        put("a", "b");
        String iterator = stream.iterator(FIRST, new StartingPosition.TrimHorizon());
        String second = stream.read(iterator, 1, HANG).nextIterator();
        stream.read(String.valueOf(second), 1, HANG);
        CLOCK.advance(Duration.ofSeconds(5));

        assertThat(stream.read(String.valueOf(second), 1, HANG).records())
                .extracting(FanOutStreamTest::text)
                .containsExactly("b");
    }

    @Test
    void whatCannotBeReadIsAnErrorThatReadersExpect() throws Exception {
        StartingPosition oldest = new StartingPosition.TrimHorizon();
        fails(
                StreamReadException.Kind.NO_SUCH_POSITION,
                () -> SourceStream.fanOut(client, "none", "c").iterator(FIRST, oldest));
        fails(StreamReadException.Kind.NO_SUCH_POSITION, () -> stream.iterator("shardId-000000000007", oldest));
        fails(
                StreamReadException.Kind.NO_SUCH_POSITION,
                () -> stream.iterator(FIRST, new StartingPosition.AfterSequenceNumber("17")));
        String latest = stream.iterator(FIRST, new StartingPosition.Latest());
        // Too soon after the last.
        fails(StreamReadException.Kind.UNAVAILABLE, () -> stream.iterator(FIRST, oldest));
        CLOCK.advance(Duration.ofSeconds(5));
        String next = stream.iterator(FIRST, oldest);
        fails(StreamReadException.Kind.EXPIRED_ITERATOR, () -> stream.read(latest, 1, HANG));
        kinesis().deleteStream(name);
        fails(StreamReadException.Kind.NO_SUCH_POSITION, () -> readInto(new ArrayList<>(), next, 1));
    }

    @Test
    void whenItIsClosed_thenAReadThatWaitsEnds() throws Exception {
        String iterator = stream.iterator(FIRST, new StartingPosition.Latest());
        CompletableFuture<Void> reading = CompletableFuture.runAsync(
                () -> fails(StreamReadException.Kind.UNAVAILABLE, () -> readInto(new ArrayList<>(), iterator, 1)));

        stream.close();

        reading.get(HANG.toSeconds(), TimeUnit.SECONDS);
        fails(StreamReadException.Kind.UNAVAILABLE, () -> stream.iterator(FIRST, new StartingPosition.Latest()));
    }
}
