package dev.millrace.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.ErrorPolicy;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import dev.millrace.metrics.EmbeddedMetricLines;
import dev.millrace.metrics.EmbeddedMetrics;
import dev.millrace.metrics.Metric;
import dev.millrace.metrics.Reporter;
import dev.millrace.state.LogContents;
import dev.millrace.state.LogName;
import dev.millrace.state.StateLogReader;
import dev.millrace.state.dynamodb.DynamoDbStateLogStore;
import dev.millrace.state.dynamodb.StateTable;
import dev.millrace.testing.DynamoDbLocalExtension;
import dev.millrace.testing.KinesisPeer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** The real handler against DynamoDB Local, on a clock that stands still, and the lines that it writes. */
abstract class MeteredHandler {
    @RegisterExtension
    static final DynamoDbLocalExtension DYNAMO_DB = new DynamoDbLocalExtension();

    static final long BASE = Events.BASE;
    static final String SHARD = Events.SHARD;
    static final LogName LOG = new LogName("metered", "source", SHARD);
    /** How long a record takes in user code, and a result likewise. */
    static final int STEP_MILLIS = 7;

    private static int tables;

    final KinesisPeer peer;
    final KinesisClient kinesis;
    final CapacityMeter capacity = new CapacityMeter(DYNAMO_DB.client());
    final SteppingClock clock = new SteppingClock(BASE + 60_000);
    final EmbeddedMetricLines lines = new EmbeddedMetricLines();
    final CollectingSink<String> results = new CollectingSink<>("results", Codecs.string());
    final String table = "metered-" + ++tables;
    Runnable duringRecord = () -> {};

    MeteredHandler() throws IOException {
        peer = KinesisPeer.start("letters");
        peer.list(SHARD);
        kinesis = peer.client();
        StateTable.createIfAbsent(DYNAMO_DB.client(), table);
    }

    @AfterEach
    void close() {
        kinesis.close();
        peer.close();
        capacity.close();
    }

    KinesisHandler handler(ErrorPolicy policy) {
        return handler(policy, "letters", table, new EmbeddedMetrics(lines));
    }

    /** Counts texts such as {@code a,10}, of key and time, in windows of 100 ms. */
    KinesisHandler handler(ErrorPolicy policy, String letters, String stateTable, Reporter reporter) {
        PipelineBuilder builder = Pipeline.named("metered").onError(policy);
        if (policy == ErrorPolicy.DEAD_LETTER) {
            builder.deadLetters(letters);
        }
        builder.from("input", Codecs.string(), EventTime.extracted(Events::time, Duration.ZERO))
                .peek(text -> {
                    clock.step(STEP_MILLIS);
                    Runnable during = duringRecord;
                    duringRecord = () -> {};
                    during.run();
                })
                .keyByPartitionKey(Events::key)
                .window(Windows.tumbling(Duration.ofMillis(100)))
                .aggregate(Aggregations.count())
                .map(this::text)
                .collect(results);
        return new KinesisHandler(
                builder.build(),
                HandlerSettings.of(Map.of("MILLRACE_STATE_TABLE", stateTable, "MILLRACE_MAPPING_ID", "mapping-1")),
                capacity.client(),
                kinesis,
                clock,
                reporter);
    }

    String text(Result<String, Long> result) {
        clock.step(STEP_MILLIS);
        return result.key() + ": " + result.value();
    }

    /** The only line since the last. */
    JsonNode line() {
        List<JsonNode> all = lines.take();
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    static double value(JsonNode line, Metric metric) {
        assertThat(line.has(metric.cloudWatchName()))
                .as(metric.cloudWatchName())
                .isTrue();
        return line.path(metric.cloudWatchName()).asDouble();
    }

    static void assertValues(JsonNode line, Map<Metric, Double> expected) {
        expected.forEach((metric, value) ->
                assertThat(value(line, metric)).as(metric.cloudWatchName()).isEqualTo(value));
    }

    LogContents contents() {
        return StateLogReader.read(new DynamoDbStateLogStore(DYNAMO_DB.client(), table, pause -> {}), LOG)
                .orElseThrow();
    }
}
