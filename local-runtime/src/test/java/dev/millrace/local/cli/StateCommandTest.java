package dev.millrace.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.local.dev.DevOptions;
import dev.millrace.local.dev.DevRuntime;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** Against a pipeline that runs, with one shard that has three records in an open window. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StateCommandTest {
    private static final String COUNTING = TestPipelines.Counting.class.getName();

    private final Instant time = Instant.now().truncatedTo(ChronoUnit.DAYS);
    private final DevRuntime runtime;
    private final KinesisEndpoint endpoint;

    StateCommandTest() {
        runtime = DevRuntime.start(
                new TestPipelines.Counting().define(),
                DevOptions.defaults()
                        .withEndpoint(LocalEndpointOptions.defaults().withPort(0))
                        .withShards(1));
        endpoint = KinesisEndpoint.of(runtime.endpoint().toString(), Map.of());
    }

    @BeforeAll
    void putRecords() {
        try (KinesisClient kinesis = endpoint.client()) {
            for (String key : new String[] {"home", "home", "cart"}) {
                kinesis.putRecord(request ->
                        request.streamName("events").partitionKey(key).data(SdkBytes.fromUtf8String(key + "," + time)));
            }
        }
        await().until(() -> execute("--json").out().contains("\"keys\" : 2"));
        await().until(() -> execute("--key", "home").out().contains(": 2\n"));
    }

    @AfterAll
    void close() {
        runtime.close();
    }

    private CommandRun execute(String... options) {
        CommandRun run =
                new CommandRun(Map.of("AWS_ENDPOINT_URL", runtime.endpoint().toString()));
        String[] args = new String[options.length + 2];
        args[0] = "state";
        args[1] = COUNTING;
        System.arraycopy(options, 0, args, 2, options.length);
        run.execute(args);
        return run;
    }

    @Test
    void everyShardIsShown() {
        CommandRun run = execute();

        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .startsWith(
                        "pipeline counting, state table counting-state\n\nstage source, stream events\n\nshard shardId-000000000000\n")
                .contains("epoch 1, format 1, ring of 8192 slots, 256 buckets, from entry 0")
                .contains("watermark   " + time)
                .contains("batch, outputs 0")
                .contains("counts: keys 2, cells 2")
                .contains("counts 'home':")
                .doesNotContain("result ");
    }

    @Test
    void aKeysWindowsAreDecoded() {
        assertThat(execute("--key", "home").out())
                .contains("counts 'home' " + time + " to " + time.plusSeconds(60) + ": 2\n");
        assertThat(execute("--key", "cart").out())
                .contains("counts 'cart' " + time + " to " + time.plusSeconds(60) + ": 1\n");
        assertThat(execute("--key", "nobody").out()).doesNotContain("result ");
    }

    @Test
    void json_isForTools() throws IOException {
        JsonNode shard = new ObjectMapper()
                .readTree(execute("--json", "--key", "home").out())
                .path("shards")
                .path(0);

        assertThat(shard.path("stage").asText()).isEqualTo("source");
        assertThat(shard.path("header").path("epoch").asInt()).isEqualTo(1);
        assertThat(shard.path("tip").path("kind").asText()).isEqualTo("batch");
        assertThat(shard.path("results").path(0).path("value").asText()).isEqualTo("2");
    }

    @Test
    void nothingIsWritten() {
        try (DynamoDbClient dynamoDb = endpoint.dynamoDbClient()) {
            int items = dynamoDb.scan(request -> request.tableName("counting-state"))
                    .count();

            execute("--key", "home");

            assertThat(dynamoDb.scan(request -> request.tableName("counting-state"))
                            .count())
                    .isEqualTo(items);
        }
    }

    @Test
    void itemsThatCannotBeRead_areNamed() {
        String other = "counting/source/shardId-000000000000";
        try (DynamoDbClient dynamoDb = endpoint.dynamoDbClient()) {
            Map<String, AttributeValue> header = Map.of(
                    "pk", AttributeValue.fromS("header/" + other),
                    "sk", AttributeValue.fromN("2"),
                    "n", AttributeValue.fromN("2"),
                    "d", AttributeValue.fromB(SdkBytes.fromByteArray(new byte[] {9, 0, 0, 0, 0, 0, 0})));
            dynamoDb.putItem(request -> request.tableName("counting-state").item(header));
            try {
                CommandRun run = execute();

                assertThat(run.out())
                        .contains("unreadable")
                        .contains("header/" + other + "#2")
                        .contains("format version 9");
            } finally {
                dynamoDb.deleteItem(request -> request.tableName("counting-state")
                        .key(Map.of("pk", AttributeValue.fromS("header/" + other), "sk", AttributeValue.fromN("2"))));
            }
        }
    }

    @Test
    void anEndpointThatDoesNotAnswer_isNamed() {
        CommandRun run = new CommandRun(Map.of());

        assertThat(run.execute("state", COUNTING, "--endpoint", "http://127.0.0.1:" + unusedPort()))
                .isEqualTo(1);

        assertThat(run.err()).contains("cannot reach").contains("millrace dev").doesNotContain("\tat ");
    }

    private static int unusedPort() {
        try (ServerSocket closed = new ServerSocket(0)) {
            return closed.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
