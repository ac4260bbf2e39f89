package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.AggregatedStream;
import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.EventStream;
import dev.millrace.EventTime;
import dev.millrace.KeyedStream;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.PipelineException;
import dev.millrace.Result;
import dev.millrace.Split;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class StageSliceTest {
    private static Pipeline pipeline(Consumer<EventStream<String>> rest) {
        PipelineBuilder builder = Pipeline.named("orders");
        rest.accept(builder.from("events", Codecs.string(), EventTime.ingestion()));
        return builder.build();
    }

    private static AggregatedStream<String, String, Long> perMinute(KeyedStream<String, String> keyed) {
        return keyed.window(Windows.tumbling(Duration.ofMinutes(1))).aggregate(Aggregations.count());
    }

    private static void collect(EventStream<String> values, String name) {
        values.collect(new CollectingSink<>(name, Codecs.string()));
    }

    private static StageSlice stage(Pipeline pipeline, String name) {
        return StageSlice.of(pipeline, name);
    }

    @Test
    void whenNothingIsGroupedAnew_thenThereIsOneStage() {
        Pipeline pipeline = pipeline(events -> {
            collect(perMinute(events.keyByPartitionKey()).named("a").map(Result::key), "a");
            collect(perMinute(events.keyByPartitionKey()).named("b").map(Result::key), "b");
        });

        assertThat(StageSlice.allOf(pipeline))
                .containsExactly(new StageSlice(
                        "source",
                        Optional.empty(),
                        pipeline.operators().stream()
                                .map(operator -> operator.name())
                                .toList(),
                        Map.of()));
    }

    @Test
    void whenKeyByCuts_thenItIsPartOfBothStages() {
        Pipeline pipeline = pipeline(events -> collect(
                perMinute(events.filter(text -> !text.isEmpty()).keyBy(text -> text))
                        .named("counts")
                        .map(Result::key),
                "keys"));

        assertThat(StageSlice.allOf(pipeline).stream().map(StageSlice::name))
                .containsExactly("source", "source.filter.keyBy");
        StageSlice first = stage(pipeline, "source");
        assertThat(first.operators()).containsExactly("source", "source/filter", "source/filter/keyBy");
        assertThat(first.exchanges()).isEqualTo(Map.of("source/filter/keyBy", "source.filter.keyBy"));
        assertThat(first.keyBy()).isEmpty();
        StageSlice second = stage(pipeline, "source.filter.keyBy");
        assertThat(second.keyBy()).contains("source/filter/keyBy");
        assertThat(second.operators())
                .containsExactly("source/filter/keyBy", "counts", "counts/map", "collection:keys");
        assertThat(second.exchanges()).isEmpty();
    }

    @Test
    void whenBranchesOfTwoStagesAreMerged_thenWhatFollowsIsInBoth() {
        Pipeline pipeline = pipeline(events -> {
            EventStream<String> counted = perMinute(events.keyBy(text -> text).named("words"))
                    .named("counts")
                    .map(Result::key);
            EventStream<String> merged = counted.merge(events.map(String::strip).named("stripped"));
            collect(merged, "all");
            collect(perMinute(merged.keyBy(text -> text).named("again")).map(Result::key), "keys");
        });

        assertThat(stage(pipeline, "source").operators())
                .containsExactly("source", "words", "stripped", "counts/map/merge", "collection:all", "again");
        assertThat(stage(pipeline, "source").exchanges()).containsOnlyKeys("words", "again");
        assertThat(stage(pipeline, "words").operators())
                .containsExactly("words", "counts", "counts/map", "counts/map/merge", "collection:all", "again");
        assertThat(stage(pipeline, "words").exchanges()).isEqualTo(Map.of("again", "again"));
        assertThat(stage(pipeline, "again").operators())
                .containsExactly("again", "again/aggregate", "again/aggregate/map", "collection:keys");
    }

    @Test
    void lateRecordsOfAnotherStage_stayWithTheSender() {
        Pipeline pipeline = pipeline(events -> {
            AggregatedStream<String, String, Long> counts =
                    perMinute(events.keyBy(text -> text).named("words")).named("counts");
            collect(counts.map(Result::key), "keys");
            collect(counts.lateRecords(), "late");
            collect(
                    perMinute(counts.lateRecords().keyBy(text -> text).named("late-words"))
                            .named("late-counts")
                            .map(Result::key),
                    "late-keys");
        });

        assertThat(stage(pipeline, "source").operators())
                .containsExactly(
                        "source",
                        "words",
                        "counts/lateRecords",
                        "collection:late",
                        "counts/lateRecords-2",
                        "late-words");
        assertThat(stage(pipeline, "source").exchanges()).containsOnlyKeys("words", "late-words");
        assertThat(stage(pipeline, "words").operators())
                .containsExactly("words", "counts", "counts/map", "collection:keys");
        assertThat(stage(pipeline, "words").exchanges()).isEmpty();
        assertThat(stage(pipeline, "late-words").operators()).startsWith("late-words", "late-counts");
    }

    @Test
    void lateRecordsOfTheOwnStage_stayToo() {
        Pipeline pipeline = pipeline(events -> {
            AggregatedStream<String, String, Long> counts =
                    perMinute(events.keyByPartitionKey()).named("counts");
            collect(counts.map(Result::key), "keys");
            collect(
                    perMinute(counts.lateRecords().keyBy(text -> text).named("late"))
                            .map(Result::key),
                    "late-keys");
        });

        assertThat(stage(pipeline, "source").operators()).contains("counts", "counts/lateRecords", "late");
        assertThat(stage(pipeline, "source").exchanges()).isEqualTo(Map.of("late", "late"));
    }

    @Test
    void whenAStreamIsSplit_thenBranchesThatAreGroupedAreStagesOfTheirOwn() {
        Pipeline pipeline = pipeline(events -> {
            Split<String> split = events.split();
            collect(
                    perMinute(split.branch(String::isBlank).keyBy(text -> text).named("blank"))
                            .map(Result::key),
                    "blank");
            collect(split.branch(text -> text.length() > 9), "long");
            collect(
                    perMinute(split.otherwise().keyBy(text -> text).named("others"))
                            .map(Result::key),
                    "others");
        });

        assertThat(stage(pipeline, "source").operators())
                .containsExactly(
                        "source",
                        "source/split",
                        "source/split/branch",
                        "blank",
                        "source/split/branch-2",
                        "collection:long",
                        "source/split/branch-3",
                        "others");
        assertThat(stage(pipeline, "blank").operators())
                .containsExactly("blank", "blank/aggregate", "blank/aggregate/map", "collection:blank");
        assertThat(stage(pipeline, "others").operators()).doesNotContain("collection:blank", "collection:long");
    }

    @Test
    void whenOneKeyByHasTwoAggregations_thenTheyShareAStage() {
        Pipeline pipeline = pipeline(events -> {
            KeyedStream<String, String> words = events.keyBy(text -> text).named("words");
            collect(perMinute(words).named("per-minute").map(Result::key), "a");
            collect(
                    words.aggregate(Aggregations.<String>count())
                            .named("in-all")
                            .map(Result::key),
                    "b");
        });

        assertThat(StageSlice.allOf(pipeline)).hasSize(2);
        assertThat(stage(pipeline, "words").operators()).contains("per-minute", "in-all", "collection:a");
    }

    @Test
    void whenOneStreamIsGroupedByTwoKeys_thenTwoStagesTakeItsValues() {
        Pipeline pipeline = pipeline(events -> {
            collect(perMinute(events.keyBy(text -> text).named("words")).map(Result::key), "a");
            collect(
                    perMinute(events.keyBy(text -> text.substring(1)).named("rests"))
                            .map(Result::key),
                    "b");
        });

        assertThat(StageSlice.allOf(pipeline).stream().map(StageSlice::name))
                .containsExactly("source", "words", "rests");
        assertThat(stage(pipeline, "source").exchanges()).isEqualTo(Map.of("words", "words", "rests", "rests"));
        assertThat(stage(pipeline, "words").operators()).doesNotContain("rests", "collection:b");
    }

    @Test
    void whenWindowsAreChained_thenEachStageSendsToTheNext() {
        Pipeline pipeline = pipeline(events -> {
            EventStream<String> stream = events;
            for (String name : new String[] {"a", "b", "c"}) {
                stream = perMinute(stream.keyBy(text -> text).named(name))
                        .named("counts-" + name)
                        .map(Result::key);
            }
            collect(stream, "keys");
        });

        assertThat(stage(pipeline, "source").operators()).containsExactly("source", "a");
        assertThat(stage(pipeline, "a").operators()).containsExactly("a", "counts-a", "counts-a/map", "b");
        assertThat(stage(pipeline, "a").exchanges()).isEqualTo(Map.of("b", "b"));
        assertThat(stage(pipeline, "b").operators()).containsExactly("b", "counts-b", "counts-b/map", "c");
        assertThat(stage(pipeline, "c").operators())
                .containsExactly("c", "counts-c", "counts-c/map", "collection:keys");
    }

    @Test
    void whenThereIsNoSuchStage_thenThoseThatThereAreAreNamed() {
        Pipeline pipeline = pipeline(events ->
                collect(perMinute(events.keyBy(text -> text).named("words")).map(Result::key), "a"));

        assertThatThrownBy(() -> StageSlice.of(pipeline, "word"))
                .isInstanceOf(PipelineException.class)
                .hasMessage("pipeline 'orders' has no stage 'word'; it has source, words");
    }
}
