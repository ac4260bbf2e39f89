package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Aggregation;
import dev.millrace.Aggregations;
import dev.millrace.Emission;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StateViewTest {
    private final KeyedState state = new KeyedState(4);

    private void put(long place, long count) {
        byte[] accumulator = encoded(Aggregations.<String>count(), count);
        state.apply(new CellChange(KeyId.of("counts", "home".getBytes(StandardCharsets.UTF_8)), place, accumulator));
    }

    private static <A> byte[] encoded(Aggregation<String, A, Long> counting, long count) {
        A accumulator = counting.create();
        for (long i = 0; i < count; i++) {
            accumulator = counting.add(accumulator, "any");
        }
        return counting.accumulatorCodec().encode(accumulator);
    }

    private StateView view() {
        PipelineBuilder builder = Pipeline.named("orders");
        builder.from("events", Codecs.string(), EventTime.ingestion())
                .keyBy(text -> text)
                .window(Windows.sliding(Duration.ofMillis(300), Duration.ofMillis(100)))
                .aggregate(Aggregations.count())
                .named("counts")
                .toTable("t", row -> row.key("key", Result::key));
        return new StateView(builder.build(), state, Progress.NO_TIME);
    }

    @Test
    void whenValuesCameTooLateForSomeWindows_thenTheyAreInTheOthersOnly() {
        put(1_000, 10);
        put(1_002, 1);

        assertThat(view().results("home"))
                .containsExactly(
                        new StateView.CurrentResult("counts", 800, 1_100, 10L),
                        new StateView.CurrentResult("counts", 900, 1_200, 10L),
                        new StateView.CurrentResult("counts", 1_000, 1_300, 11L));
    }

    @Test
    void whatBelongsToNoKey_isLeftOut() {
        put(1_000, 10);
        state.apply(new CellChange(KeyId.keyless("$upstream/source/shardId-000000000000"), 0, new byte[] {1}));

        assertThat(view().keys().stream().map(StateView.KeySize::key)).containsExactly("home");
    }

    @Test
    void aWindowIsShownUntilItIsOver_lateRecordsIncluded() {
        put(1_000, 10);
        PipelineBuilder builder = Pipeline.named("orders");
        builder.from("events", Codecs.string(), EventTime.ingestion())
                .keyBy(text -> text)
                .window(Windows.tumbling(Duration.ofMillis(100)).withAllowedLateness(Duration.ofMillis(50)))
                .aggregate(Aggregations.count())
                .named("counts");
        Pipeline pipeline = builder.build();

        assertThat(new StateView(pipeline, state, 1_149).results("home"))
                .containsExactly(new StateView.CurrentResult("counts", 1_000, 1_100, 10L));
        assertThat(new StateView(pipeline, state, 1_150).results("home")).isEmpty();
        assertThat(new StateView(pipeline, state, 0).results("other")).isEmpty();
    }

    @Test
    void aSessionIsShownWithItsEnd_andARunningAggregationWithoutAWindow() {
        PipelineBuilder builder = Pipeline.named("orders");
        var keyed = builder.from("events", Event.CODEC, EventTime.ingestion()).keyByPartitionKey(Event::key);
        keyed.window(Windows.session(Duration.ofMillis(15)))
                .aggregate(Aggregations.count())
                .named("sessions");
        keyed.aggregate(Aggregations.sumLong(Event::number))
                .emit(Emission.every(Duration.ofMinutes(1)))
                .named("sums");
        TestEnvironment environment = TestEnvironment.of(builder.build());
        for (long time : new long[] {1_000, 1_010}) {
            environment.process(new Event("home", time, 7));
        }
        StateView view = new StateView(builder.build(), States.committed(environment.partition()), Progress.NO_TIME);

        assertThat(view.results("home"))
                .containsExactly(
                        new StateView.CurrentResult("sessions", 1_000, 1_025, 2L),
                        new StateView.CurrentResult("sums", Progress.NO_TIME, Progress.NO_TIME, 14L));
        assertThat(view.keys()).extracting(StateView.KeySize::operator).containsExactlyInAnyOrder("sessions", "sums");
    }

    @Test
    void aKeysSizeIsThatOfItsCells() {
        put(1_000, 10);
        put(2_000, 10);
        int value = encoded(Aggregations.<String>count(), 10).length;

        assertThat(view().keys()).containsExactly(new StateView.KeySize("counts", "home", 2, 2L * (4 + 8 + value)));
    }
}
