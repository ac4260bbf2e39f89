package dev.millrace.engine;

import dev.millrace.AggregatedStream;
import dev.millrace.Aggregation;
import dev.millrace.CollectingSink;
import dev.millrace.Emission;
import dev.millrace.EventTime;
import dev.millrace.KeyedStream;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A pipeline, what comes in, and how it is cut up. */
record Scenario(
        List<Aggregate> aggregates,
        Duration outOfOrder,
        List<Input> inputs,
        Limits limits,
        int environments,
        long seed) {
    static final Duration IDLE_TIMEOUT = Duration.ofMillis(200);

    /** A windowed aggregation, and what it should make of a window's events. */
    record Aggregate(Windows windows, NamedAggregation aggregation, Emission emission) {}

    record NamedAggregation(
            String name, Aggregation<Event, ?, Object> aggregation, Function<List<Event>, Object> expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    sealed interface Input {
        record Arrival(Event event, long arrivalMillis) implements Input {}

        record Tick(long nowMillis, boolean isIdle) implements Input {}
    }

    Pipeline pipeline() {
        PipelineBuilder builder = Pipeline.named("scenario");
        KeyedStream<String, Event> keyed = builder.from(
                        "events",
                        Event.CODEC,
                        EventTime.<Event>extracted(event -> Instant.ofEpochMilli(event.timeMillis()), outOfOrder))
                .keyByPartitionKey(Event::key);
        for (int i = 0; i < aggregates.size(); i++) {
            Aggregate aggregate = aggregates.get(i);
            AggregatedStream<String, Event, Object> results = keyed.window(aggregate.windows())
                    .aggregate(aggregate.aggregation().aggregation())
                    .emit(aggregate.emission());
            results.collect(new CollectingSink<>("results-" + i, new ResultText()));
            results.lateRecords().collect(new CollectingSink<>("late-" + i, Event.CODEC));
        }
        return builder.build();
    }

    /** What the reference makes of the inputs: of each aggregation the final results, then the late records. */
    List<List<String>> expected() {
        List<Reference.Operator> operators = aggregates.stream()
                .map(aggregate -> new Reference.Operator(
                        aggregate.windows(), aggregate.aggregation().expected()))
                .toList();
        Reference reference = new Reference(operators, outOfOrder, IDLE_TIMEOUT);
        for (Input input : inputs) {
            if (input instanceof Input.Arrival arrival) {
                reference.record(arrival.event(), arrival.arrivalMillis());
            } else if (input instanceof Input.Tick tick) {
                reference.tick(tick.nowMillis(), tick.isIdle());
            }
        }
        List<List<String>> expected = new ArrayList<>();
        for (Reference.Operator operator : operators) {
            expected.add(operator.results);
            expected.add(operator.late);
        }
        return expected;
    }

    /** What a partition has committed: of each aggregation the final results, then the late records. */
    List<List<String>> committed(TestPartition partition) {
        List<List<String>> committed = new ArrayList<>();
        for (int i = 0; i < aggregates.size(); i++) {
            committed.add(partition.outputs("collection:results-" + i).stream()
                    .filter(text -> text.startsWith("final"))
                    .toList());
            committed.add(partition.outputs("collection:late-" + i));
        }
        return committed;
    }

    private static final class ResultText implements Codec<Result<String, Object>> {
        @Override
        public byte[] encode(Result<String, Object> result) {
            String text = Reference.text(
                    result.key(),
                    result.window().start().toEpochMilli(),
                    result.window().end().toEpochMilli(),
                    result.value());
            return (result.isFinal() ? text : "interim " + text).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Result<String, Object> decode(byte[] bytes) {
            throw new UnsupportedOperationException("the tests read the text");
        }
    }
}
