package dev.millrace.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
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
import dev.millrace.engine.EntryEnd;
import dev.millrace.engine.HashRange;
import dev.millrace.engine.Parts;
import dev.millrace.engine.UpstreamId;
import dev.millrace.exchange.PackedRecord;
import dev.millrace.metrics.EmbeddedMetricLines;
import dev.millrace.metrics.EmbeddedMetrics;
import dev.millrace.metrics.Metric;
import dev.millrace.metrics.Reporter;
import dev.millrace.sink.EmissionException;
import dev.millrace.state.LogContents;
import dev.millrace.state.LogName;
import dev.millrace.state.StateLog;
import dev.millrace.state.StateLogException;
import dev.millrace.state.StateLogReader;
import dev.millrace.state.StateLogSettings;
import dev.millrace.state.dynamodb.DynamoDbStateLogStore;
import dev.millrace.state.dynamodb.StateTable;
import dev.millrace.testing.DynamoDbLocalExtension;
import dev.millrace.testing.KinesisPeer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** Each metric is driven to a known value, by the real handler against DynamoDB Local. */
class HandlerMetricsTest {
    @RegisterExtension
    static final DynamoDbLocalExtension DYNAMO_DB = new DynamoDbLocalExtension();

    private static final long BASE = Events.BASE;
    private static final String SHARD = Events.SHARD;
    private static final LogName LOG = new LogName("metered", "source", SHARD);
    /** How long a record takes in user code, and a result likewise. */
    private static final int STEP_MILLIS = 7;

    private static int tables;

    private final KinesisPeer peer;
    private final KinesisClient kinesis;
    private final CapacityMeter capacity = new CapacityMeter(DYNAMO_DB.client());
    private final SteppingClock clock = new SteppingClock(BASE + 60_000);
    private final EmbeddedMetricLines lines = new EmbeddedMetricLines();
    private final CollectingSink<String> results = new CollectingSink<>("results", Codecs.string());
    private final String table = "metered-" + ++tables;
    private Runnable duringRecord = () -> {};

    HandlerMetricsTest() throws IOException {
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

    private KinesisHandler handler(ErrorPolicy policy) {
        return handler(policy, "letters", table, new EmbeddedMetrics(lines));
    }

    /** Counts texts such as {@code a,10}, of key and time, in windows of 100 ms. */
    private KinesisHandler handler(ErrorPolicy policy, String letters, String stateTable, Reporter reporter) {
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

    private String text(Result<String, Long> result) {
        clock.step(STEP_MILLIS);
        return result.key() + ": " + result.value();
    }

    /** The only line since the last. */
    private JsonNode line() {
        List<JsonNode> all = lines.take();
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private static double value(JsonNode line, Metric metric) {
        assertThat(line.has(metric.cloudWatchName()))
                .as(metric.cloudWatchName())
                .isTrue();
        return line.path(metric.cloudWatchName()).asDouble();
    }

    private static void assertValues(JsonNode line, Map<Metric, Double> expected) {
        expected.forEach((metric, value) ->
                assertThat(value(line, metric)).as(metric.cloudWatchName()).isEqualTo(value));
    }

    private LogContents contents() {
        return StateLogReader.read(new DynamoDbStateLogStore(DYNAMO_DB.client(), table, pause -> {}), LOG)
                .orElseThrow();
    }

    @Test
    void whenABatchIsTaken_thenItIsReported() {
        handler(ErrorPolicy.FAIL).handleRequest(Events.batch(1, "a,10", "a,20", "b,30"), null);

        JsonNode line = line();
        assertValues(
                line,
                Map.of(
                        Metric.RECORDS, 3.0,
                        Metric.BATCH_DURATION, 3.0 * STEP_MILLIS,
                        Metric.FAILURES, 0.0,
                        Metric.WATERMARK_LAG, 60_000.0 + 3 * STEP_MILLIS - 30,
                        Metric.LATE_RECORDS, 0.0,
                        Metric.PASSED_OVER_RECORDS, 0.0,
                        Metric.FENCED_COMMITS, 0.0,
                        Metric.CATCH_UP_ENTRIES, 0.0,
                        Metric.LOADS, 1.0));
        assertThat(line.has("TickDuration")).isFalse();
        assertThat(line.path("Pipeline").asText()).isEqualTo("metered");
        assertThat(line.path("Stage").asText()).isEqualTo("source");
        assertThat(line.path("Shard").asText()).isEqualTo(SHARD);
        assertThat(line.path("_aws").path("Timestamp").asLong()).isEqualTo(BASE + 60_000 + 3 * STEP_MILLIS);
    }

    @Test
    void unitsAreThoseThatDynamoDbSaysItTook() {
        KinesisHandler handler = handler(ErrorPolicy.FAIL);
        capacity.reset();
        handler.handleRequest(Events.batch(1, "a,10", "b,30"), null);
        JsonNode cold = line();
        assertThat(value(cold, Metric.WRITE_UNITS))
                .isEqualTo(capacity.written())
                .isGreaterThanOrEqualTo(2);
        assertThat(value(cold, Metric.READ_UNITS)).isEqualTo(capacity.read());

        capacity.reset();
        handler.handleRequest(Events.batch(3, "a,40"), null);
        JsonNode warm = line();
        assertThat(value(warm, Metric.WRITE_UNITS))
                .isEqualTo(capacity.written())
                .isPositive();
        assertThat(value(warm, Metric.READ_UNITS))
                .as("one slot")
                .isEqualTo(capacity.read())
                .isEqualTo(0.5);
    }

    @Test
    void stateIsMeasured() {
        String key = "k".repeat(200);
        handler(ErrorPolicy.FAIL).handleRequest(Events.batch(1, key + ",10", "a,20"), null);

        JsonNode line = line();
        LogContents contents = contents();
        long[] buckets = IntStream.rangeClosed(0, contents.state().buckets())
                .mapToLong(bucket -> contents.state().bucket(bucket).bytes())
                .toArray();
        double all = LongStream.of(buckets).sum();
        assertThat(value(line, Metric.STATE_SIZE)).isEqualTo(all).isGreaterThan(200);
        double fullest = LongStream.of(buckets).max().orElse(0);
        assertThat(value(line, Metric.FULLEST_BUCKET)).isCloseTo(100 * fullest / (390 * 1024), within(1e-9));
    }

    @Test
    void lateRecordsAndThoseOfOtherReasonsCountApart_andByReason() {
        KinesisHandler handler = handler(ErrorPolicy.DEAD_LETTER);

        handler.handleRequest(Events.batch(1, "a,250", "a,10", "a,20", "a,nonsense", "null,260", "a"), null);

        List<JsonNode> all = lines.take();
        assertValues(all.get(0), Map.of(Metric.LATE_RECORDS, 2.0, Metric.PASSED_OVER_RECORDS, 3.0));
        assertThat(all.subList(1, all.size()))
                .extracting(line -> line.path("Reason").asText() + " "
                        + line.path("PassedOverRecords").asLong())
                .containsExactly("no-event-time 2", "null-key 1");
        handler.handleRequest(Events.batch(7, "a,300"), null);
        assertValues(line(), Map.of(Metric.LATE_RECORDS, 0.0, Metric.PASSED_OVER_RECORDS, 0.0));
    }

    @Test
    void whenARecordHoldsUpItsShard_thenThatIsAFailure_andWhatCameBeforeItCounts() {
        KinesisHandler handler = handler(ErrorPolicy.FAIL);

        handler.handleRequest(Events.batch(1, "a,10", "a,50", "a,nonsense", "a,60"), null);

        assertValues(
                line(),
                Map.of(
                        Metric.FAILURES, 1.0,
                        Metric.RECORDS, 4.0,
                        Metric.BATCH_DURATION, 2.0 * STEP_MILLIS,
                        Metric.PASSED_OVER_RECORDS, 0.0,
                        Metric.WATERMARK_LAG, 60_000.0 + 2 * STEP_MILLIS - 50));
        handler.handleRequest(Events.batch(3, "a,nonsense", "a,60"), null);
        assertValues(line(), Map.of(Metric.FAILURES, 1.0, Metric.RECORDS, 2.0, Metric.WRITE_UNITS, 0.0));
    }

    @Test
    void whenABatchFailsAfterACommit_thenWhatWasCommittedCountsOnce() {
        Events.Batch batch = () -> Events.batch(1, "a,10", "a,nonsense", "a,50");
        KinesisHandler unable = handler(ErrorPolicy.DEAD_LETTER, "absent", table, new EmbeddedMetrics(lines));

        assertThatThrownBy(() -> unable.handleRequest(batch.event(), null)).isInstanceOf(EmissionException.class);

        List<JsonNode> all = lines.take();
        assertValues(
                all.get(0),
                Map.of(
                        Metric.FAILURES, 1.0,
                        Metric.RECORDS, 3.0,
                        Metric.BATCH_DURATION, 2.0 * STEP_MILLIS,
                        Metric.PASSED_OVER_RECORDS, 1.0,
                        Metric.WATERMARK_LAG, 60_000.0 + 2 * STEP_MILLIS - 50));
        assertThat(all).hasSize(2);
        handler(ErrorPolicy.DEAD_LETTER).handleRequest(batch.event(), null);
        assertValues(line(), Map.of(Metric.FAILURES, 0.0, Metric.RECORDS, 3.0, Metric.PASSED_OVER_RECORDS, 0.0));
    }

    @Test
    void whenACommitIsFenced_thenThatAndTheEntryOfTheOtherCount() {
        KinesisHandler slow = handler(ErrorPolicy.SKIP);
        KinesisHandler fast = handler(ErrorPolicy.SKIP, "letters", table, Reporter.NONE);
        slow.handleRequest(Events.batch(1, "a,10"), null);
        lines.take();
        duringRecord = () -> fast.handleRequest(Events.batch(2, "a,20", "a,nonsense"), null);

        slow.handleRequest(Events.batch(2, "a,20", "a,nonsense", "a,30", "a,nonsense"), null);

        List<JsonNode> all = lines.take();
        assertValues(
                all.get(0),
                Map.of(
                        Metric.FENCED_COMMITS, 1.0,
                        Metric.CATCH_UP_ENTRIES, 1.0,
                        Metric.PASSED_OVER_RECORDS, 1.0,
                        Metric.RECORDS, 4.0,
                        Metric.LOADS, 0.0,
                        Metric.FAILURES, 0.0));
        assertThat(results.values()).isEmpty();
    }

    @Test
    void whenOthersHaveCommitted_thenTheirEntriesAreCaughtUpWith() {
        KinesisHandler one = handler(ErrorPolicy.FAIL);
        KinesisHandler two = handler(ErrorPolicy.FAIL, "letters", table, Reporter.NONE);
        one.handleRequest(Events.batch(1, "a,10"), null);
        two.handleRequest(Events.batch(2, "a,20"), null);
        two.handleRequest(Events.batch(3, "a,30"), null);
        lines.take();

        one.handleRequest(Events.batch(4, "a,40"), null);

        assertValues(line(), Map.of(Metric.CATCH_UP_ENTRIES, 2.0, Metric.LOADS, 0.0, Metric.FENCED_COMMITS, 0.0));
    }

    @Test
    void whenOthersAreALapAhead_thenTheLogIsLoadedAgain() {
        // The log's layout is that of whoever begins it: a ring of eight.
        new StateLog(
                        new DynamoDbStateLogStore(DYNAMO_DB.client(), table, pause -> {}),
                        LOG,
                        StateLogSettings.of("first", null).withLayout(8, 3))
                .catchUp();
        KinesisHandler one = handler(ErrorPolicy.FAIL);
        KinesisHandler two = handler(ErrorPolicy.FAIL, "letters", table, Reporter.NONE);
        one.handleRequest(Events.batch(1, "a,1"), null);
        assertValues(line(), Map.of(Metric.LOADS, 1.0));
        for (int number = 2; number < 13; number++) {
            two.handleRequest(Events.batch(number, "a," + number), null);
        }

        one.handleRequest(Events.batch(13, "a,13"), null);

        assertValues(line(), Map.of(Metric.LOADS, 1.0, Metric.CATCH_UP_ENTRIES, 0.0));
        one.handleRequest(Events.batch(14, "a,14"), null);
        assertValues(line(), Map.of(Metric.LOADS, 0.0));
    }

    @Test
    void t1_whenAShardIsIdle_thenTicksAreReported_andTheLagStaysWhatItWas() {
        peer.beIdle();
        KinesisHandler handler = handler(ErrorPolicy.FAIL);
        handler.handleRequest(Events.tick(), null);
        JsonNode before = line();
        assertThat(before.has("WatermarkLag"))
                .as("without event time there is no lag")
                .isFalse();
        handler.handleRequest(Events.batch(1, "a,10"), null);
        lines.take();

        clock.step(60_000);
        handler.handleRequest(Events.tick(), null);
        JsonNode closing = line();
        clock.step(3_600_000);
        handler.handleRequest(Events.tick(), null);
        JsonNode later = line();

        assertThat(results.values()).containsExactly("a: 1");
        assertValues(closing, Map.of(Metric.TICK_DURATION, (double) STEP_MILLIS, Metric.FAILURES, 0.0));
        assertThat(closing.has("Records") || closing.has("BatchDuration")).isFalse();
        // The record was 1 s + 10 ms after the base, in arrival and in event time; the idle timeout is 10 s.
        double idleLag = 1_000 - 10 + 10_000;
        assertThat(value(closing, Metric.WATERMARK_LAG)).isEqualTo(idleLag + STEP_MILLIS);
        assertThat(value(later, Metric.WATERMARK_LAG)).isEqualTo(idleLag);
        assertValues(later, Map.of(Metric.TICK_DURATION, 0.0, Metric.WRITE_UNITS, 0.0));
    }

    @Test
    void t1_whenAShardIsStuck_thenTheLagGrowsWithEachTick() {
        KinesisHandler handler = handler(ErrorPolicy.FAIL);
        handler.handleRequest(Events.batch(1, "a,10", "a,nonsense"), null);
        double before = value(line(), Metric.WATERMARK_LAG);
        peer.beBehind();

        clock.step(3_600_000);
        handler.handleRequest(Events.tick(), null);

        assertValues(line(), Map.of(Metric.WATERMARK_LAG, before + 3_600_000, Metric.FAILURES, 0.0));
    }

    @Test
    void x4_whenALaterStageIsAtRest_thenItsTicksHaveNoLag_andItsBatchesHaveOne() {
        PipelineBuilder builder = Pipeline.named("metered");
        builder.from("input", Codecs.string(), EventTime.extracted(Events::time, Duration.ZERO))
                .keyBy(Events::key)
                .named("by-key")
                .window(Windows.tumbling(Duration.ofMillis(100)))
                .aggregate(Aggregations.count())
                .map(this::text)
                .collect(results);
        KinesisHandler handler = new KinesisHandler(
                builder.build(),
                HandlerSettings.of(Map.of("MILLRACE_STATE_TABLE", table, "MILLRACE_STAGE", "by-key")),
                capacity.client(),
                kinesis,
                clock,
                new EmbeddedMetrics(lines));
        // The only sender says that it is idle, and that event time has gone on to 5 s after the base.
        EntryEnd idle = new EntryEnd(0, BASE + 10, BASE + 10, EntryEnd.State.IDLE, BASE + 5_000, BASE + 5_000);
        byte[] packed = new PackedRecord(
                        "metered",
                        new UpstreamId("source", SHARD),
                        "by-key",
                        1,
                        1,
                        HashRange.ALL,
                        new Parts(List.of(), idle))
                .encode();
        KinesisEvent event = Events.batch(1, "packed");
        event.getRecords().get(0).getKinesis().setData(ByteBuffer.wrap(packed));

        handler.handleRequest(event, null);
        JsonNode batch = line();
        handler.handleRequest(Events.tick(), null);
        JsonNode tick = line();

        assertThat(batch.path("Stage").asText()).isEqualTo("by-key");
        assertValues(batch, Map.of(Metric.WATERMARK_LAG, 60_000.0 - 5_000));
        assertThat(tick.has("WatermarkLag")).isFalse();
        assertThat(tick.has("StateSize")).isTrue();
    }

    @Test
    void whenATickFails_thenThatIsReported() {
        KinesisHandler handler = handler(ErrorPolicy.FAIL);
        handler.handleRequest(Events.batch(1, "a,10"), null);
        lines.take();

        // The peer does not know how to read a shard.
        assertThatThrownBy(() -> handler.handleRequest(Events.tick(), null)).hasMessageContaining("only PutRecords");

        assertValues(line(), Map.of(Metric.FAILURES, 1.0, Metric.TICK_DURATION, 0.0));
    }

    @Test
    void whenTheStateCannotBeRead_thenTheFailureIsReported_andNothingThatIsNotKnown() {
        KinesisHandler handler = handler(ErrorPolicy.FAIL, "letters", "no-such-table", new EmbeddedMetrics(lines));

        assertThatThrownBy(() -> handler.handleRequest(Events.batch(1, "a,10"), null))
                .isInstanceOf(StateLogException.class);

        JsonNode line = line();
        assertValues(line, Map.of(Metric.FAILURES, 1.0, Metric.RECORDS, 1.0, Metric.LOADS, 0.0));
        assertThat(Stream.of(Metric.STATE_SIZE, Metric.FULLEST_BUCKET, Metric.WATERMARK_LAG)
                        .noneMatch(metric -> line.has(metric.cloudWatchName())))
                .isTrue();
    }

    @Test
    void whenAReportFails_thenTheBatchDoesNot_andTheNextReportHasItsCounts() {
        boolean[] broken = {true};
        EmbeddedMetrics working = new EmbeddedMetrics(lines);
        KinesisHandler handler = handler(ErrorPolicy.SKIP, "letters", table, report -> {
            if (broken[0]) {
                throw new IllegalStateException("no metrics today");
            }
            working.report(report);
        });
        assertThat(handler.handleRequest(Events.batch(1, "a,10", "a,nonsense"), null)
                        .getBatchItemFailures())
                .isEmpty();
        broken[0] = false;

        handler.handleRequest(Events.batch(3, "a,20"), null);

        List<JsonNode> all = lines.take();
        assertValues(all.get(0), Map.of(Metric.RECORDS, 1.0, Metric.PASSED_OVER_RECORDS, 1.0, Metric.LOADS, 1.0));
    }
}
