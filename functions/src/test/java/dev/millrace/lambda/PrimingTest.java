package dev.millrace.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codec;
import dev.millrace.codec.Codecs;
import dev.millrace.metrics.EmbeddedMetricLines;
import dev.millrace.metrics.EmbeddedMetrics;
import dev.millrace.state.Entry;
import dev.millrace.state.LogName;
import dev.millrace.state.StateLogReader;
import dev.millrace.state.dynamodb.DynamoDbStateLogStore;
import dev.millrace.state.dynamodb.StateTable;
import dev.millrace.testing.DynamoDbLocalExtension;
import dev.millrace.testing.KinesisPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.crac.Core;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** What runs before a snapshot, against DynamoDB Local. */
class PrimingTest {
    @RegisterExtension
    static final DynamoDbLocalExtension DYNAMO_DB = new DynamoDbLocalExtension();

    private static int tables;

    private final KinesisPeer peer;
    private final KinesisClient kinesis;
    private final String table = "primed-" + ++tables;
    private final CapacityMeter capacity = new CapacityMeter(DYNAMO_DB.client());
    private final List<String> decoded = new ArrayList<>();
    private final CollectingSink<String> results = new CollectingSink<>("results", Codecs.string());
    private final EmbeddedMetricLines lines = new EmbeddedMetricLines();

    PrimingTest() throws IOException {
        peer = KinesisPeer.start();
        peer.list(Events.SHARD);
        kinesis = peer.client();
        StateTable.createIfAbsent(DYNAMO_DB.client(), table);
    }

    @AfterEach
    void close() {
        kinesis.close();
        peer.close();
        capacity.close();
    }

    private KinesisHandler handler(DynamoDbClient dynamoDb, KinesisClient ofStreams) {
        PipelineBuilder builder = Pipeline.named("primed");
        builder.from("input", new Noting(), EventTime.extracted(Events::time, Duration.ZERO))
                .keyByPartitionKey(Events::key)
                .window(Windows.tumbling(Duration.ofMillis(100)))
                .aggregate(Aggregations.count())
                .map(PrimingTest::text)
                .collect(results);
        return new KinesisHandler(
                builder.build(),
                HandlerSettings.of(Map.of("MILLRACE_STATE_TABLE", table)),
                dynamoDb,
                ofStreams,
                new SteppingClock(Events.BASE),
                new EmbeddedMetrics(lines));
    }

    private static String text(Result<String, Long> result) {
        return result.key() + ": " + result.value();
    }

    private static void prime(KinesisHandler handler) {
        handler.priming().beforeCheckpoint(Core.getGlobalContext());
    }

    private String writerOf(String shard) {
        DynamoDbStateLogStore store = new DynamoDbStateLogStore(DYNAMO_DB.client(), table, pause -> {});
        Entry tip = StateLogReader.read(store, new LogName("primed", "source", shard))
                .orElseThrow()
                .tipEntry();
        return Objects.requireNonNull(tip).writerId();
    }

    @Test
    void nothingIsWritten_andNothingIsReported() {
        prime(handler(capacity.client(), kinesis));

        assertThat(DYNAMO_DB.client().scan(request -> request.tableName(table)).items())
                .isEmpty();
        assertThat(capacity.written()).isZero();
        assertThat(capacity.read()).as("it was asked").isPositive();
        assertThat(peer.taken()).isEmpty();
        assertThat(lines.take()).isEmpty();
        assertThat(results.values()).isEmpty();
    }

    @Test
    void theUsersCodecIsTheOnlyCodeOfTheUsersThatRuns_andMayRefuse() {
        KinesisHandler handler = handler(capacity.client(), kinesis);

        assertThatCode(() -> prime(handler)).doesNotThrowAnyException();

        assertThat(decoded).containsExactly("{}");
    }

    @Test
    void whenTheSnapshotIsRestored_thenBatchesAreTaken() {
        KinesisHandler handler = handler(capacity.client(), kinesis);
        prime(handler);
        handler.priming().afterRestore(Core.getGlobalContext());

        assertThat(handler.handleRequest(Events.batch(1, "a,10", "a,20", "a,150"), null)
                        .getBatchItemFailures())
                .isEmpty();

        assertThat(results.values()).containsExactly("a: 2");
    }

    /** Were it otherwise, environments restored from one snapshot would share writers. */
    @Test
    void noPartitionIsThereBeforeTheSnapshot_soThatEachEnvironmentMakesItsOwnWriters() {
        KinesisHandler one = handler(capacity.client(), kinesis);
        KinesisHandler two = handler(capacity.client(), kinesis);
        prime(one);
        prime(two);
        assertThat(one.holdsPartitions()).isFalse();

        one.handleRequest(Events.batch(1, "a,10"), null);
        String first = writerOf(Events.SHARD);
        two.handleRequest(Events.batch(2, "a,20"), null);

        assertThat(one.holdsPartitions()).isTrue();
        assertThat(writerOf(Events.SHARD)).isNotEqualTo(first);
    }

    @Test
    void whenServicesCannotBeReached_thenTheSnapshotIsTakenAllTheSame() throws IOException {
        URI nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
        StaticCredentialsProvider credentials =
                StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));
        try (DynamoDbClient dynamoDb = DynamoDbClient.builder()
                        .endpointOverride(nobody)
                        .region(Region.US_EAST_1)
                        .credentialsProvider(credentials)
                        .overrideConfiguration(once -> once.retryStrategy(AwsRetryStrategy.doNotRetry()))
                        .build();
                KinesisClient streams = KinesisClient.builder()
                        .endpointOverride(nobody)
                        .region(Region.US_EAST_1)
                        .credentialsProvider(credentials)
                        .overrideConfiguration(once -> once.retryStrategy(AwsRetryStrategy.doNotRetry()))
                        .build()) {
            KinesisHandler handler = handler(dynamoDb, streams);

            assertThatCode(() -> prime(handler)).doesNotThrowAnyException();
        }
        assertThat(decoded).as("what comes after the failures").containsExactly("{}");
    }

    /** In processes of their own: a first batch after priming loads a small part of what one without does. */
    @Test
    void whenAFunctionIsPrimed_thenItsFirstBatchLoadsFewClasses() throws Exception {
        String views = table + "-views";
        DYNAMO_DB.createTable(views, "page", "start");
        int cold = classesOfFirstBatch("cold", views);
        int primed = classesOfFirstBatch("primed", views);

        assertThat(primed).as("classes, where a cold first batch loads " + cold).isLessThan(cold / 10);
    }

    private int classesOfFirstBatch(String how, String views) throws Exception {
        String state = table + "-" + how;
        StateTable.createIfAbsent(DYNAMO_DB.client(), state);
        URI dynamoDb = DYNAMO_DB
                .client()
                .serviceClientConfiguration()
                .endpointOverride()
                .orElseThrow();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        FirstBatch.class.getName(),
                        how,
                        dynamoDb.toString(),
                        peer.endpoint().toString(),
                        state,
                        views)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        System.out.println(how + ": " + output.strip());
        Matcher classes = Pattern.compile("first-batch (\\d+) (\\d+)").matcher(output);
        assertThat(classes.find()).as(output).isTrue();
        return Integer.parseInt(classes.group(1));
    }

    @Test
    void aRehearsalGoesThrough() {
        assertThatCode(Rehearsal::run).doesNotThrowAnyException();
    }

    /** Takes note of what it is given, and refuses JSON. */
    private final class Noting implements Codec<String> {
        @Override
        public byte[] encode(String value) {
            return value.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String decode(byte[] bytes) {
            String text = new String(bytes, StandardCharsets.UTF_8);
            decoded.add(text);
            if (text.startsWith("{")) {
                throw new AssertionError("no JSON here");
            }
            return text;
        }
    }
}
