package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.codec.Codecs;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineTest {
    private static List<String> names(Consumer<EventStream<String>> rest) {
        PipelineBuilder builder = Pipeline.named("p");
        rest.accept(source(builder));
        return builder.build().operators().stream().map(Operator::name).toList();
    }

    private static EventStream<String> source(PipelineBuilder builder) {
        return builder.from("events", Codecs.string(), EventTime.ingestion());
    }

    private static AggregatedStream<String, String, Long> running(EventStream<String> events) {
        return events.keyByPartitionKey(text -> text).aggregate(Aggregations.count());
    }

    @Test
    void whenKeysAreByteArrays_thenTheyAreRefused() {
        EventStream<byte[]> events = Pipeline.named("keys").from("events", Codecs.bytes(), EventTime.ingestion());

        assertThatThrownBy(() -> events.keyByPartitionKey(bytes -> bytes, Codecs.bytes()))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("byte arrays cannot be keys");
    }

    @Test
    void whenNoNamesAreGiven_thenTheyFollowFromThePlace() {
        assertThat(names(events -> {
                    EventStream<String> mapped = events.map(text -> text);
                    mapped.map(text -> text).collect(new CollectingSink<>("a", Codecs.string()));
                    mapped.map(text -> text).collect(new CollectingSink<>("a", Codecs.string()));
                    mapped.keyByPartitionKey(text -> text)
                            .window(Windows.tumbling(Duration.ofSeconds(1)))
                            .aggregate(Aggregations.count())
                            .lateRecords()
                            .merge(mapped);
                }))
                .containsExactly(
                        "source",
                        "source/map",
                        "source/map/map",
                        "collection:a",
                        "source/map/map-2",
                        "collection:a-2",
                        "source/map/keyBy",
                        "source/map/keyBy/aggregate",
                        "source/map/keyBy/aggregate/lateRecords",
                        "source/map/keyBy/aggregate/lateRecords/merge");
    }

    @Test
    void whenANameIsGiven_thenNamesAfterItFollowFromIt() {
        assertThat(names(events -> events.map(text -> text).named("clean").filter(text -> true)))
                .containsExactly("source", "clean", "clean/filter");
    }

    @Test
    void whenTwoOperatorsHaveOneName_thenThePipelineIsRefused() {
        assertThatThrownBy(() -> names(events -> {
                    events.map(text -> text).named("same");
                    events.map(text -> text).named("same");
                }))
                .isInstanceOf(PipelineException.class)
                .hasMessage("pipeline 'p' has two operators named 'same'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "ä", "source:x"})
    void whenANameHasOtherCharacters_thenItIsRefused(String name) {
        assertThatThrownBy(() -> Pipeline.named(name))
                .isInstanceOf(PipelineException.class)
                .hasMessage("'" + name + "' cannot name a pipeline: use 1 to 100 letters, digits, or _ . -");
    }

    @Test
    void whenThePipelineCannotBe_thenTheMessageSaysWhy() {
        refused(builder -> builder.onError(ErrorPolicy.DEAD_LETTER), "call deadLetters(stream)");
        refused(builder -> source(source(builder).builder), "pipeline 'p' has its source already");
        refused(
                builder -> {
                    source(builder);
                    builder.deadLetters("letters");
                },
                "deadLetters must come before it");
        refused(builder -> source(builder).merge(source(Pipeline.named("other"))), "streams of the same pipeline");
        refused(builder -> running(source(builder)).emit(Emission.onClose()), "a running aggregation never closes");
        refused(builder -> running(source(builder)).lateRecords(), "has no windows");
        refused(builder -> running(source(builder)).dropLateRecords(), "has no windows");
    }

    @Test
    void whenATableCannotBe_thenTheMessageSaysWhy() {
        table(row -> row.attribute("a", text -> text), "table 't' has no key");
        table(row -> row.key("", text -> text), "must not be empty");
        table(row -> row.key("millrace_id", text -> text), "start with millrace_");
        table(row -> row.key("a", text -> text).sortKey("a", text -> text), "two attributes 'a'");
        table(row -> row.key("a", text -> text).key("b", text -> text), "two keys: 'a' and 'b'");
        table(row -> row.key("k", x -> x).sortKey("a", x -> x).sortKey("b", x -> x), "two sort keys: 'a' and 'b'");
    }

    private static void table(Consumer<TableColumns<String>> columns, String message) {
        refused(builder -> source(builder).toTable("t", columns), message);
    }

    private static void refused(Consumer<PipelineBuilder> making, String message) {
        PipelineBuilder builder = Pipeline.named("p");
        assertThatThrownBy(() -> {
                    making.accept(builder);
                    builder.build();
                })
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining(message);
    }

    @Test
    void whenWindowsOrEmissionsMakeNoSense_thenTheyAreRefused() {
        Duration second = Duration.ofSeconds(1);
        illegal(() -> Windows.tumbling(Duration.ZERO), "size");
        illegal(() -> Windows.tumbling(Duration.ofNanos(1_500_000)), "whole milliseconds");
        illegal(() -> Windows.session(Duration.ofMillis(-1)), "gap");
        illegal(() -> Windows.sliding(second, Duration.ofSeconds(2)), "larger than the window's size");
        illegal(() -> Windows.sliding(Duration.ofDays(1), Duration.ofMillis(7)), "slices");
        illegal(() -> Windows.tumbling(second).withAllowedLateness(Duration.ofMillis(-1)), "lateness");
        illegal(() -> Emission.every(Duration.ZERO), "interval");
        illegal(() -> EventTime.extracted(text -> null, Duration.ofMillis(-1)), "negative");
        illegal(() -> Aggregations.topN(0, text -> 1, Codecs.string()), "from 1 to 10000");
        assertThat(Windows.sliding(Duration.ofMillis(50), Duration.ofMillis(20)).sliceMillis())
                .isEqualTo(10);
    }

    private static void illegal(org.assertj.core.api.ThrowableAssert.ThrowingCallable making, String message) {
        assertThatThrownBy(making).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }

    @Test
    void whenAPipelineIsMadeWithoutCombining_thenOnlyItsGroupingsChange() {
        PipelineBuilder builder = Pipeline.named("p");
        source(builder)
                .keyBy(text -> text)
                .named("words")
                .aggregate(Aggregations.count())
                .named("counts");
        Pipeline pipeline = builder.build();
        Pipeline plain = pipeline.withoutCombining();

        assertThat(plain.operators().stream().map(Operator::name))
                .containsExactlyElementsOf(
                        pipeline.operators().stream().map(Operator::name).toList());
        assertThat(plain.operator("words").transform())
                .isInstanceOfSatisfying(
                        Transform.KeyBy.class,
                        keyBy -> assertThat(keyBy.combines()).isFalse());
        assertThat(pipeline.operator("words").transform())
                .isInstanceOfSatisfying(
                        Transform.KeyBy.class,
                        keyBy -> assertThat(keyBy.combines()).isTrue());
    }
}
