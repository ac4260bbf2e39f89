package dev.millrace.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.AggregatedStream;
import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.EventStream;
import dev.millrace.EventTime;
import dev.millrace.Operator;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.PipelineException;
import dev.millrace.Result;
import dev.millrace.Split;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static Pipeline pipeline(Consumer<EventStream<String>> rest) {
        PipelineBuilder builder = Pipeline.named("orders");
        rest.accept(builder.from("events", Codecs.string(), EventTime.ingestion()));
        return builder.build();
    }

    private static Plan plan(Consumer<EventStream<String>> rest) {
        return Plan.of(pipeline(rest));
    }

    private static void refused(Consumer<EventStream<String>> rest, String... messages) {
        Pipeline pipeline = pipeline(rest);
        assertThatThrownBy(() -> Plan.of(pipeline))
                .isInstanceOf(PipelineException.class)
                .hasMessageContainingAll("pipeline 'orders'")
                .hasMessageContainingAll(messages);
    }

    private static AggregatedStream<String, String, Long> counts(EventStream<String> events) {
        return events.keyByPartitionKey(text -> text).aggregate(Aggregations.<String>count());
    }

    private static void toTable(EventStream<? extends Result<String, Long>> results, String table) {
        EventStream<String> keys = results.map(Result::key);
        keys.toTable(table, row -> row.key("key", key -> key));
    }

    @Test
    void aPipelineWithoutASource_isRefused() {
        Pipeline pipeline = Pipeline.named("orders").build();

        assertThatThrownBy(() -> Plan.of(pipeline))
                .isInstanceOf(PipelineException.class)
                .hasMessage("pipeline 'orders' has no source: call from(...)");
    }

    @Test
    void aPipelineWithoutASink_isRefused() {
        refused(events -> {}, "has no sink", "toTable, toStream or collect");
        refused(events -> counts(events).map(Result::value), "has no sink");
    }

    @Test
    void groupingByKeyThatNothingFollows_isRefused() {
        refused(
                events -> {
                    toTable(counts(events), "t");
                    var unused = events.keyByPartitionKey(text -> text);
                },
                "groups by key, and nothing follows",
                "call aggregate, or window and aggregate");
    }

    @Test
    void aTableOfValuesThatWereNotAggregated_isRefused() {
        refused(
                events -> events.toTable("t", row -> row.key("key", text -> text)),
                "table 't'",
                "do not come from an aggregation",
                "group by key and aggregate first");
        refused(
                events ->
                        counts(events).map(Result::key).merge(events).toTable("t", row -> row.key("key", text -> text)),
                "do not come from an aggregation");
    }

    @Test
    void aTableOfLateRecords_isRefused() {
        refused(
                events -> events.keyByPartitionKey(text -> text)
                        .window(Windows.tumbling(Duration.ofMinutes(1)))
                        .aggregate(Aggregations.<String>count())
                        .lateRecords()
                        .toTable("t", row -> row.key("key", text -> text)),
                "do not come from an aggregation");
    }

    @Test
    void resultsInTheTableOfTheState_areRefused() {
        refused(events -> toTable(counts(events), "orders-state"), "table 'orders-state'", "its state is kept there");
    }

    @Test
    void oneTableWithTwoKeys_isRefused() {
        refused(
                events -> {
                    AggregatedStream<String, String, Long> counts = counts(events);
                    counts.toTable("t", row -> row.key("a", Result::key));
                    counts.toTable("t", row -> row.key("a", Result::key).sortKey("b", Result::key));
                },
                "writes to table 't' twice",
                "with different keys: a and a, b");
    }

    @Test
    void appendingToTheStreamThatIsRead_isRefused() {
        refused(
                events -> events.toStream("events", text -> text, String.class),
                "appends to 'events'",
                "it would never end");
    }

    @Test
    void deadLettersInTheStreamThatIsRead_areRefused() {
        PipelineBuilder builder = Pipeline.named("orders").deadLetters("events");
        builder.from("events", Codecs.string(), EventTime.ingestion()).toStream("copies", text -> text, String.class);
        Pipeline pipeline = builder.build();

        assertThatThrownBy(() -> Plan.of(pipeline))
                .isInstanceOf(PipelineException.class)
                .hasMessageContainingAll("sends dead letters to 'events'", "it would never end");
    }

    @Test
    void aPlan_holdsWhatThePipelineNeeds() {
        Plan plan = plan(events -> {
            AggregatedStream<String, String, Long> windowed = events.keyByPartitionKey(text -> text)
                    .window(Windows.tumbling(Duration.ofMinutes(1)))
                    .aggregate(Aggregations.<String>count());
            events.toStream("copies", text -> text, String.class);
            windowed.toTable(
                    "per-minute",
                    row -> row.key("key", Result::key)
                            .sortKey("start", result -> result.window().start()));
            toTable(counts(events), "in-all");
            events.filter(String::isEmpty).toStream("empties", text -> text, String.class);
            events.filter(String::isBlank).toStream("copies", text -> text, String.class);
        });

        assertThat(plan.pipeline().name()).isEqualTo("orders");
        assertThat(plan.stateTable()).isEqualTo("orders-state");
        assertThat(plan.sourceStream()).isEqualTo("events");
        assertThat(plan.stages()).hasSize(1);
        Stage stage = plan.stages().get(0);
        assertThat(stage.name()).isEqualTo("source");
        assertThat(stage.inputStream()).isEqualTo("events");
        assertThat(stage.operators())
                .isEqualTo(
                        plan.pipeline().operators().stream().map(Operator::name).toList());
        assertThat(stage.tables())
                .containsExactly(
                        new ResultTable("per-minute", "key", Optional.of("start")),
                        new ResultTable("in-all", "key", Optional.empty()));
        assertThat(stage.outputStreams()).containsExactly("copies", "empties");
        assertThat(plan.mainTable()).map(ResultTable::name).hasValue("per-minute");
    }

    @Test
    void oneTableWithOneKey_canBeWrittenFromTwoPlaces() {
        Plan plan = plan(events -> {
            Split<Result<String, Long>> split = counts(events).split();
            toTable(split.branch(result -> result.value() > 10), "t");
            toTable(split.otherwise(), "t");
        });

        assertThat(plan.stages().get(0).tables()).containsExactly(new ResultTable("t", "key", Optional.empty()));
    }

    @Test
    void aPipelineWithoutTables_hasNoMainTable() {
        Plan plan = plan(events -> events.collect(new CollectingSink<>("all", Codecs.string())));

        assertThat(plan.mainTable()).isEmpty();
        assertThat(plan.stages().get(0).tables()).isEmpty();
        assertThat(plan.stages().get(0).outputStreams()).isEmpty();
    }
}
