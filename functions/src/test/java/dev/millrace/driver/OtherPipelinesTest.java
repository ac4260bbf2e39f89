package dev.millrace.driver;

import static dev.millrace.driver.Rig.arrival;
import static dev.millrace.driver.Rig.batch;
import static dev.millrace.driver.Rig.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.AggregatedStream;
import dev.millrace.Aggregation;
import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.Emission;
import dev.millrace.EventStream;
import dev.millrace.KeyedStream;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import dev.millrace.engine.CellChange;
import dev.millrace.engine.Changes;
import dev.millrace.engine.KeyId;
import dev.millrace.engine.Limits;
import dev.millrace.engine.OtherPipelineException;
import dev.millrace.engine.Progress;
import dev.millrace.state.LogName;
import dev.millrace.state.StateLog;
import dev.millrace.state.StateLogSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** State of another pipeline is refused; state of this one, as it was or will be, is not. */
class OtherPipelinesTest {
    private static final BatchResult DONE = new BatchResult.Done();
    private static final Windows MINUTE = Windows.tumbling(Duration.ofMinutes(1));

    private final Rig rig = new Rig(pipeline("source", OtherPipelinesTest::counted));
    private int lives;

    private static Pipeline pipeline(String stream, Consumer<EventStream<Reading>> rest) {
        PipelineBuilder builder = Pipeline.named("readings").deadLetters("letters");
        rest.accept(builder.from(stream, Reading.CODEC, Rig.eventTime()).named("source"));
        return builder.build();
    }

    private static void counted(EventStream<Reading> readings) {
        counted(readings, "counts", MINUTE, Aggregations.count());
    }

    private static void counted(
            EventStream<Reading> readings, String name, Windows windows, Aggregation<Reading, ?, ?> aggregation) {
        collected(keyed(readings).window(windows).aggregate(aggregation).named(name), name);
    }

    private static KeyedStream<String, Reading> keyed(EventStream<Reading> readings) {
        return readings.keyByPartitionKey(Reading::key);
    }

    private static void collected(AggregatedStream<?, ?, ?> results, String name) {
        results.map(Object::toString).collect(new CollectingSink<>(name, Codecs.string()));
    }

    private PartitionDriver driver(Pipeline pipeline) {
        return driver(pipeline, Rig.NAME);
    }

    private PartitionDriver driver(Pipeline pipeline, LogName name) {
        return new PartitionDriver(
                pipeline,
                name,
                log(name),
                rig.emitter,
                new PartitionSettings(null, false, Rig.IDLE_TIMEOUT, Limits.DEFAULT));
    }

    private StateLog log(LogName name) {
        return new StateLog(rig.store, name, StateLogSettings.of("other-life-" + ++lives, null));
    }

    /** The texts that entries have, by the names that they are for. */
    private Map<String, String> texts(long entry) {
        Map<String, String> texts = new TreeMap<>();
        rig.entry(entry).cells().stream()
                .filter(cell -> cell.id().isKeyless())
                .filter(cell -> cell.id().operator().startsWith("$"))
                .forEach(cell -> texts.put(
                        cell.id().operator() + "@" + cell.namespace(),
                        new String(Objects.requireNonNull(cell.value()), StandardCharsets.UTF_8)));
        return texts;
    }

    static Stream<Arguments> others() {
        return Stream.of(
                other(
                        "another stream",
                        "it reads stream 'source' there, and 'elsewhere' here",
                        pipeline("elsewhere", OtherPipelinesTest::counted)),
                other(
                        "larger windows",
                        "operator 'counts' is 'tumbling PT1M count by partition key string' there, and 'tumbling PT5M"
                                + " count by partition key string' here",
                        counting(Windows.tumbling(Duration.ofMinutes(5)), Aggregations.count())),
                other(
                        "other windows",
                        "'sliding PT1M every PT10S count by",
                        counting(Windows.sliding(Duration.ofMinutes(1), Duration.ofSeconds(10)), Aggregations.count())),
                other(
                        "sessions",
                        "'session PT1M count by",
                        counting(Windows.session(Duration.ofMinutes(1)), Aggregations.count())),
                other(
                        "another aggregation",
                        "'tumbling PT1M maxLong by",
                        counting(MINUTE, Aggregations.maxLong(Reading::timeMillis))),
                other(
                        "another codec",
                        "'tumbling PT1M max of long by",
                        counting(MINUTE, Aggregations.max(Reading::timeMillis, Codecs.longs()))),
                other(
                        "no windows",
                        "'running count by",
                        pipeline(
                                "source",
                                readings -> collected(
                                        keyed(readings)
                                                .aggregate(Aggregations.count())
                                                .named("counts"),
                                        "counts"))));
    }

    private static Pipeline counting(Windows windows, Aggregation<Reading, ?, ?> aggregation) {
        return pipeline("source", readings -> counted(readings, "counts", windows, aggregation));
    }

    private static Arguments other(String name, String difference, Pipeline pipeline) {
        return Arguments.argumentSet(name, difference, pipeline);
    }

    @ParameterizedTest
    @MethodSource("others")
    void whenTheStateIsOfAnotherPipeline_thenItIsRefused_withBothNamed(String difference, Pipeline other) {
        PartitionDriver first = rig.environment();
        assertThat(first.apply(batch(item(1, "a", 10)))).isEqualTo(DONE);

        PartitionDriver refused = driver(other);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> refused.apply(batch(item(2, "a", 20))))
                    .isInstanceOf(OtherPipelineException.class)
                    .hasMessageContaining("the state of stage 'source' is of a pipeline 'readings' (fingerprint ")
                    .hasMessageContaining("which is not this pipeline 'readings' (fingerprint ")
                    .hasMessageContaining(difference)
                    .hasMessageContaining("named(...)");
        }
        assertThatThrownBy(() -> refused.tick(arrival(3), position -> true)).isInstanceOf(OtherPipelineException.class);

        assertThat(rig.store.committed).hasSize(1);
        assertThat(first.apply(batch(item(2, "a", 20), item(3, "a", 70_000)))).isEqualTo(DONE);
        assertThat(rig.emitter.outputs("collection:counts"))
                .singleElement()
                .asString()
                .contains("value=2");
    }

    static Stream<Arguments> evolved() {
        return Stream.of(
                Arguments.argumentSet(
                        "filters and maps",
                        pipeline(
                                "source",
                                readings ->
                                        counted(readings.filter(reading -> true).map(reading -> reading)))),
                Arguments.argumentSet("another operator", pipeline("source", readings -> {
                    counted(readings);
                    counted(readings, "latest", MINUTE, Aggregations.maxLong(Reading::timeMillis));
                })),
                Arguments.argumentSet(
                        "none",
                        pipeline(
                                "source",
                                readings -> readings.map(Reading::text)
                                        .collect(new CollectingSink<>("texts", Codecs.string())))),
                Arguments.argumentSet(
                        "lateness", counting(MINUTE.withAllowedLateness(Duration.ofMinutes(1)), Aggregations.count())),
                Arguments.argumentSet(
                        "emission and sinks",
                        pipeline(
                                "source",
                                readings -> collected(
                                        keyed(readings)
                                                .window(MINUTE)
                                                .aggregate(Aggregations.count())
                                                .named("counts")
                                                .emit(Emission.onUpdate()),
                                        "elsewhere"))));
    }

    @ParameterizedTest
    @MethodSource("evolved")
    void whenAPipelineHasGrown_thenItGoesOn_andBack(Pipeline evolved) {
        rig.environment().apply(batch(item(1, "a", 10)));

        assertThat(driver(evolved).apply(batch(item(2, "a", 20)))).isEqualTo(DONE);
        assertThat(rig.environment().apply(batch(item(3, "a", 30)))).isEqualTo(DONE);
        assertThat(driver(evolved).apply(batch(item(4, "a", 40)))).isEqualTo(DONE);
        assertThat(rig.store.committed).hasSize(4);
    }

    @Test
    void theTextsAreWrittenOnce_withTheFirstEntry_andNeverChange() {
        PartitionDriver driver = rig.environment();
        driver.tick(arrival(0), position -> true);
        assertThat(rig.store.committed).isEmpty();

        driver.apply(batch(item(1, "a", 10)));
        driver.apply(batch(item(2, "b", 20)));

        assertThat(texts(1))
                .isEqualTo(Map.of(
                        "$source@1", "source", "$operator/counts@1", "tumbling PT1M count by partition key string"));
        assertThat(texts(2)).isEmpty();
    }

    @Test
    void whenTwoVersionsRunSideBySide_thenTheyDoNotOverwriteTheTexts() {
        PartitionDriver before = rig.environment();
        PartitionDriver after = driver(pipeline("source", readings -> {
            counted(readings);
            counted(readings, "latest", MINUTE, Aggregations.maxLong(Reading::timeMillis));
        }));
        for (int i = 1; i <= 6; i += 2) {
            before.apply(batch(item(i, "a", i)));
            after.apply(batch(item(i + 1, "a", i + 1)));
        }

        assertThat(texts(1)).containsOnlyKeys("$source@1", "$operator/counts@1");
        assertThat(texts(2)).containsOnlyKeys("$operator/latest@1");
        for (int entry = 3; entry <= 6; entry++) {
            assertThat(texts(entry)).isEmpty();
        }
    }

    /** Of a library that did not write any. */
    @Test
    void whenALogHasNoTexts_thenItIsTakenOver_andHasThemFromThenOn() {
        StateLog old = log(Rig.NAME);
        old.catchUp();
        CellChange count = new CellChange(
                KeyId.of("counts", bytes("a")),
                1_699_999_980_000L,
                Codecs.longs().encode(5L));
        Progress progress = new Progress(Rig.record(1, "a", new byte[0]).position(), arrival(1), Rig.BASE, Rig.BASE);
        old.commit(new Changes(progress, List.of(count), List.of()));

        assertThat(rig.environment().apply(batch(item(2, "a", 10)))).isEqualTo(DONE);

        assertThat(texts(2)).hasSize(2);
        PartitionDriver other = driver(counting(Windows.session(Duration.ofMinutes(1)), Aggregations.count()));
        assertThatThrownBy(() -> other.apply(batch(item(3, "a", 20)))).isInstanceOf(OtherPipelineException.class);
    }

    /** What it sends would be in windows that the receiver's state is not made for. */
    @Test
    void whenWindowsOfALaterStageHaveChanged_thenTheSenderIsRefusedToo() {
        LogName name = new LogName("readings", "source", "shard-2");
        driver(behindKeyBy(MINUTE), name).apply(batch(item(1, "a", 10)));

        PartitionDriver changed = driver(behindKeyBy(Windows.tumbling(Duration.ofMinutes(5))), name);
        assertThatThrownBy(() -> changed.apply(batch(item(2, "a", 20))))
                .isInstanceOf(OtherPipelineException.class)
                .hasMessageContaining("operator 'counts' is 'tumbling PT1M count by string' there");
    }

    private static Pipeline behindKeyBy(Windows windows) {
        return pipeline(
                "source",
                readings -> collected(
                        readings.keyBy(Reading::key)
                                .named("by-key")
                                .window(windows)
                                .aggregate(Aggregations.count())
                                .named("counts"),
                        "counts"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
