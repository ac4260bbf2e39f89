package dev.millrace.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.ErrorPolicy;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.codec.Codecs;
import dev.millrace.metrics.EmbeddedMetrics;
import dev.millrace.metrics.Metric;
import dev.millrace.metrics.Reporter;
import dev.millrace.sink.EmissionException;
import dev.millrace.state.LogContents;
import dev.millrace.state.StateLog;
import dev.millrace.state.StateLogException;
import dev.millrace.state.StateLogSettings;
import dev.millrace.state.dynamodb.DynamoDbStateLogStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each metric of a batch is driven to a known value. */
class HandlerMetricsTest extends MeteredHandler {
    HandlerMetricsTest() throws IOException {}

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

    @Test
    void whenADriverInItsOwnProcessMakesTheHandler_thenNothingIsPrinted() {
        PipelineBuilder builder = Pipeline.named("metered");
        builder.from("input", Codecs.string(), EventTime.ingestion()).collect(results);
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            new KinesisHandler(
                            builder.build(),
                            HandlerSettings.of(Map.of("MILLRACE_STATE_TABLE", table)),
                            capacity.client(),
                            kinesis,
                            clock)
                    .handleRequest(Events.batch(1, "a,10"), null);
        } finally {
            System.setOut(before);
        }

        assertThat(results.values()).containsExactly("a,10");
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
    }
}
