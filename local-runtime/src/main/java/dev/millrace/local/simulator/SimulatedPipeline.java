package dev.millrace.local.simulator;

import dev.millrace.AggregatedStream;
import dev.millrace.Aggregations;
import dev.millrace.Emission;
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

/** The pipeline of a scenario: it counts readings by key and window, and writes each result to a table and to a stream. */
final class SimulatedPipeline {
    static final String SOURCE = "source";
    static final String ROWS = "rows";
    static final String TOTALS = "totals";
    static final String RESULTS = "results";
    static final String LETTERS = "letters";

    private SimulatedPipeline() {}

    /** @param isMended whether the user's code bears readings that are bad */
    static Pipeline of(Scenario scenario, BooleanSupplier isMended) {
        PipelineBuilder builder = Pipeline.named("simulated");
        if (scenario.hasDeadLetters()) {
            builder.deadLetters(LETTERS);
        }
        // After the stream for dead letters, which sets a policy by itself.
        builder.onError(scenario.policy());
        EventStream<Reading> readings = builder.from(
                        SOURCE,
                        Reading.CODEC,
                        EventTime.<Reading>extracted(
                                reading -> Instant.ofEpochMilli(reading.timeMillis()),
                                Duration.ofMillis(scenario.outOfOrderMillis())))
                .peek(reading -> {
                    if (reading.isBad() && !(scenario.policy() == ErrorPolicy.FAIL && isMended.getAsBoolean())) {
                        throw new IllegalStateException("this reading is bad");
                    }
                });
        KeyedStream<String, Reading> byKey = scenario.isGrouped()
                ? readings.keyBy(Reading::key).named("by-key")
                : readings.keyByPartitionKey(Reading::key);
        if (scenario.isGrouped() && !scenario.combines()) {
            byKey.withoutCombining();
        }
        AggregatedStream<String, Reading, Long> counts =
                byKey.window(scenario.windows()).aggregate(Aggregations.count()).named("counts");
        if (scenario.updates()) {
            counts.emit(Emission.onUpdate());
        }
        if (scenario.shape() == PipelineShape.chained) {
            AggregatedStream<String, Result<String, Long>, Long> sums = counts.keyBy(result -> "all")
                    .named("all")
                    .window(Windows.tumbling(Duration.ofMillis(2 * scenario.sizeMillis())))
                    .aggregate(Aggregations.sumLong(Result<String, Long>::value));
            write(sums);
        } else {
            write(counts);
            byKey.aggregate(Aggregations.count())
                    .named("totals")
                    .emit(Emission.onUpdate())
                    .toTable(TOTALS, row -> row.key("key", Result::key).attribute("value", Result::value));
        }
        return builder.build();
    }

    private static void write(EventStream<Result<String, Long>> results) {
        results.toTable(
                ROWS,
                row -> row.key("key", Result::key)
                        // As a session is told: its end grows.
                        .sortKey("start", result -> result.window().start())
                        .attribute("window", SimulatedPipeline::window)
                        .attribute("value", Result::value)
                        .attribute("final", Result::isFinal));
        results.map(result -> result.key() + " " + window(result) + "=" + result.value()
                        + (result.isFinal() ? " final" : " interim"))
                .toStream(
                        RESULTS,
                        text -> text.substring(0, text.indexOf(' ')),
                        Codecs.string(),
                        Sink.IdPlacement.FIRST_LINE);
    }

    /** In milliseconds since the simulation began. */
    private static String window(Result<String, Long> result) {
        return (result.window().start().toEpochMilli() - World.BEGINNING) + "-"
                + (result.window().end().toEpochMilli() - World.BEGINNING);
    }
}
