package dev.millrace.local.simulator;

import dev.millrace.AggregatedStream;
import dev.millrace.Aggregation;
import dev.millrace.Aggregations;
import dev.millrace.ErrorPolicy;
import dev.millrace.EventStream;
import dev.millrace.EventTime;
import dev.millrace.KeyedStream;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.Sink;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/** The pipeline of a scenario: it aggregates readings by key and window, and writes each result to a table and to a stream. */
final class SimulatedPipeline {
    static final String SOURCE = "source";
    static final String ROWS = "rows";
    static final String TOTALS = "totals";
    static final String LATE_TOTALS = "late-totals";
    static final String RESULTS = "results";
    static final String LATE = "late";
    static final String LETTERS = "letters";

    private final Scenario scenario;
    private final BooleanSupplier isMended;

    private SimulatedPipeline(Scenario scenario, BooleanSupplier isMended) {
        this.scenario = scenario;
        this.isMended = isMended;
    }

    /** @param isMended whether the user's code bears readings that are bad */
    static Pipeline of(Scenario scenario, BooleanSupplier isMended) {
        return new SimulatedPipeline(scenario, isMended).build();
    }

    private Pipeline build() {
        PipelineBuilder builder = Pipeline.named("simulated");
        if (scenario.hasDeadLetters()) {
            builder.deadLetters(LETTERS);
        }
        // After the stream for dead letters, which sets a policy by itself.
        builder.onError(scenario.policy());
        KeyedStream<String, Reading> byKey = byKey(builder);
        AggregatedStream<String, Reading, Object> windows = byKey.window(scenario.windows())
                .aggregate(scenario.fold().aggregation())
                .named("windows")
                .emit(scenario.emission());
        if (scenario.late() != Scenario.Late.UNUSED) {
            late(windows.lateRecords());
        }
        if (scenario.shape() == PipelineShape.chained) {
            write(windows.keyBy(result -> "all")
                    .named("all")
                    .window(Windows.tumbling(Duration.ofMillis(2 * scenario.sizeMillis())))
                    .aggregate(ofResults()));
        } else {
            write(windows);
            byKey.aggregate(scenario.fold().aggregation())
                    .named("totals")
                    .emit(scenario.runningEmission())
                    .toTable(
                            TOTALS,
                            row -> row.key("key", Result::key).attribute("value", result -> Fold.text(result.value())));
        }
        return builder.build();
    }

    private KeyedStream<String, Reading> byKey(PipelineBuilder builder) {
        EventTime<Reading> time = scenario.isIngestion()
                ? EventTime.ingestion()
                : EventTime.extracted(
                        reading -> Instant.ofEpochMilli(reading.timeMillis()),
                        Duration.ofMillis(scenario.outOfOrderMillis()));
        EventStream<Reading> readings = builder.from(SOURCE, Reading.CODEC, time)
                .peek(reading -> {
                    if (reading.isBad() && !(scenario.policy() == ErrorPolicy.FAIL && isMended.getAsBoolean())) {
                        throw new BadReadingException();
                    }
                });
        KeyedStream<String, Reading> byKey = scenario.isGrouped()
                ? readings.keyBy(Reading::key).named("by-key")
                : readings.keyByPartitionKey(Reading::key);
        return scenario.isGrouped() && !scenario.combines() ? byKey.withoutCombining() : byKey;
    }

    private void late(EventStream<Reading> late) {
        late.map(reading -> reading.key() + " " + reading.number())
                .toStream(LATE, SimulatedPipeline::firstWord, Codecs.string(), Sink.IdPlacement.FIRST_LINE);
        if (scenario.late() == Scenario.Late.SENT_AND_COUNTED) {
            late.keyBy(Reading::key)
                    .named("late-by-key")
                    .aggregate(Aggregations.count())
                    .emit(scenario.runningEmission())
                    .toTable(
                            LATE_TOTALS,
                            row -> row.key("key", Result::key).attribute("value", result -> Fold.text(result.value())));
        }
    }

    private Aggregation<Result<String, Object>, ?, Object> ofResults() {
        return erased(
                scenario.sumsResults()
                        ? Aggregations.sumLong(result -> (Long) result.value())
                        : new Listing<>(result -> named(result.key(), start(result), Fold.text(result.value())), true));
    }

    /** A window's result in a list of several. */
    static String named(String key, long start, String value) {
        return key + "@" + start + "=" + value.replace(' ', '+');
    }

    @SuppressWarnings("unchecked")
    private static Aggregation<Result<String, Object>, ?, Object> erased(
            Aggregation<Result<String, Object>, ?, ?> aggregation) {
        return (Aggregation<Result<String, Object>, ?, Object>) aggregation;
    }

    private static void write(EventStream<Result<String, Object>> results) {
        results.toTable(
                ROWS,
                row -> row.key("key", Result::key)
                        // As a session is told: its end grows.
                        .sortKey("start", result -> result.window().start())
                        .attribute("window", SimulatedPipeline::window)
                        .attribute("value", result -> Fold.text(result.value()))
                        .attribute("final", Result::isFinal));
        results.map(result -> result.key() + " " + window(result) + "=" + Fold.text(result.value())
                        + (result.isFinal() ? AppendedIds.FINAL : AppendedIds.INTERIM))
                .toStream(RESULTS, SimulatedPipeline::firstWord, Codecs.string(), Sink.IdPlacement.FIRST_LINE);
    }

    private static String firstWord(String text) {
        return text.substring(0, text.indexOf(' '));
    }

    /** In milliseconds since the simulation began. */
    private static long start(Result<String, Object> result) {
        return result.window().start().toEpochMilli() - World.BEGINNING;
    }

    private static String window(Result<String, Object> result) {
        return start(result) + "-" + (result.window().end().toEpochMilli() - World.BEGINNING);
    }

    /** What the user's code throws. Without a stack trace, which nobody reads and which takes longer than a batch. */
    private static final class BadReadingException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private BadReadingException() {
            super("this reading is bad", null, false, false);
        }
    }
}
