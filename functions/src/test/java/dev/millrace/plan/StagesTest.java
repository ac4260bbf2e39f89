package dev.millrace.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.AggregatedStream;
import dev.millrace.Aggregations;
import dev.millrace.Emission;
import dev.millrace.EventStream;
import dev.millrace.EventTime;
import dev.millrace.KeyedStream;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.PipelineException;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Pipelines of several stages: what they need, and which cannot be. */
class StagesTest {
    private static final Windows MINUTES = Windows.tumbling(Duration.ofMinutes(1));

    private static Pipeline pipeline(String name, Consumer<EventStream<String>> rest) {
        PipelineBuilder builder = Pipeline.named(name).deadLetters(name + "-dead-letters");
        rest.accept(builder.from("events", Codecs.string(), EventTime.ingestion()));
        return builder.build();
    }

    private static Plan plan(Consumer<EventStream<String>> rest) {
        return Plan.of(pipeline("orders", rest));
    }

    private static void refused(Consumer<EventStream<String>> rest, String... messages) {
        Pipeline pipeline = pipeline("orders", rest);
        assertThatThrownBy(() -> Plan.of(pipeline))
                .isInstanceOf(PipelineException.class)
                .hasMessageContainingAll("pipeline 'orders'")
                .hasMessageContainingAll(messages);
    }

    private static AggregatedStream<String, String, Long> perMinute(KeyedStream<String, String> keyed) {
        return keyed.window(MINUTES).aggregate(Aggregations.count());
    }

    private static void toTable(EventStream<Result<String, Long>> results, String table) {
        results.toTable(table, row -> row.key("key", Result::key));
    }

    private static List<String> actions(Stage stage, String name) {
        return stage.permissions().stream()
                .filter(permission -> permission.name().equals(name))
                .flatMap(permission -> permission.actions().stream())
                .toList();
    }

    /** Counts customers' orders, and how many customers had how many. */
    private static void chained(EventStream<String> events) {
        AggregatedStream<String, String, Long> counts =
                perMinute(events.keyBy(text -> text).named("customers")).named("orders-of-customers");
        toTable(counts, "customers");
        toTable(
                perMinute(counts.map(result -> Long.toString(result.value()))
                                .keyBy(count -> count)
                                .named("sizes"))
                        .named("customers-of-sizes"),
                "sizes");
        counts.lateRecords().toStream("late", text -> text, String.class);
    }

    @Test
    void whenGroupedByNewKeys_thenAStageBeginsAtEach() {
        Plan plan = plan(StagesTest::chained);

        assertThat(plan.stages().stream().map(Stage::name)).containsExactly("source", "customers", "sizes");
        assertThat(plan.stages().stream().map(Stage::inputStream))
                .containsExactly("events", "orders-customers", "orders-sizes");
        assertThat(plan.stages().stream().map(Stage::upstreams))
                .containsExactly(List.of(), List.of("source"), List.of("customers"));
        assertThat(plan.stages().stream().map(Stage::exchanges))
                .containsExactly(
                        List.of(new Exchange("customers", "orders-customers")),
                        List.of(new Exchange("sizes", "orders-sizes")),
                        List.of());
        assertThat(plan.stage("source").outputStreams()).containsExactly("late");
        assertThat(plan.stage("customers").tables().stream().map(ResultTable::name))
                .containsExactly("customers");
        assertThat(plan.stage("sizes").tables().stream().map(ResultTable::name)).containsExactly("sizes");
        assertThat(plan.sourceStream()).isEqualTo("events");
        assertThat(plan.mainTable()).map(ResultTable::name).hasValue("customers");
        assertThatThrownBy(() -> plan.stage("cities"))
                .hasMessage("pipeline 'orders' has no stage 'cities'; it has source, customers, sizes");
    }

    @Test
    void permissionsOfAStage_areWhatItsFunctionDoes() {
        Plan plan = plan(StagesTest::chained);

        Stage first = plan.stage("source");
        assertThat(first.permissions().stream().map(Permission::name))
                .containsExactly("events", "orders-customers", "late", "orders-dead-letters", "orders-state");
        assertThat(actions(first, "events"))
                .containsExactly(
                        "kinesis:DescribeStream",
                        "kinesis:DescribeStreamSummary",
                        "kinesis:GetRecords",
                        "kinesis:GetShardIterator",
                        "kinesis:ListShards");
        assertThat(actions(first, "orders-customers")).containsExactly("kinesis:ListShards", "kinesis:PutRecords");
        assertThat(actions(first, "late")).containsExactly("kinesis:PutRecords");
        assertThat(actions(first, "orders-dead-letters")).containsExactly("kinesis:PutRecords");
        assertThat(actions(first, "orders-state"))
                .containsExactly(
                        "dynamodb:BatchGetItem",
                        "dynamodb:DeleteItem",
                        "dynamodb:GetItem",
                        "dynamodb:PutItem",
                        "dynamodb:Query");

        Stage second = plan.stage("customers");
        assertThat(second.permissions().stream().map(Permission::name))
                .containsExactly(
                        "orders-customers",
                        "events",
                        "orders-sizes",
                        "orders-dead-letters",
                        "orders-state",
                        "customers");
        assertThat(actions(second, "orders-customers")).isEqualTo(actions(first, "events"));
        assertThat(actions(second, "events")).containsExactly("kinesis:ListShards");
        assertThat(actions(second, "customers")).containsExactly("dynamodb:PutItem");
    }

    @Test
    void whenAStreamHasTwoUses_thenItHasOnePermission() {
        Plan plan = plan(events -> events.toStream("orders-dead-letters", text -> text, String.class));

        assertThat(plan.stage("source").permissions())
                .filteredOn(permission -> permission.name().equals("orders-dead-letters"))
                .containsExactly(
                        new Permission(Permission.Kind.STREAM, "orders-dead-letters", List.of("kinesis:PutRecords")));
    }

    @Test
    void whenResultsThatComeAgainAreGrouped_thenThePlanIsRefused() {
        refused(
                events -> toTable(
                        perMinute(events.keyBy(text -> text)
                                .aggregate(Aggregations.count())
                                .named("totals")
                                .map(Result::key)
                                .keyBy(text -> text)
                                .named("again")),
                        "t"),
                "operator 'again' groups the results of operator 'totals'",
                "runs without windows",
                "counted again",
                "Send them to a table or stream");
        refused(
                events -> toTable(
                        perMinute(perMinute(events.keyBy(text -> text))
                                .named("minutes")
                                .emit(Emission.every(Duration.ofSeconds(1)))
                                .filter(Result::isFinal)
                                .map(Result::key)
                                .merge(events)
                                .keyBy(text -> text)
                                .named("again")),
                        "t"),
                "operator 'again'",
                "operator 'minutes', which emits results that are not final");
        refused(
                events -> toTable(
                        perMinute(events.keyBy(text -> text)
                                .window(MINUTES.withAllowedLateness(Duration.ofHours(1)))
                                .aggregate(Aggregations.count())
                                .named("minutes")
                                .map(Result::key)
                                .keyBy(text -> text)
                                .named("again")),
                        "t"),
                "operator 'again'",
                "operator 'minutes', which allows for lateness of PT1H",
                "without allowed lateness, emitted on close");
    }

    @Test
    void resultsThatComeAgain_canGoToSinks() {
        Plan plan = plan(events -> toTable(
                events.keyBy(text -> text)
                        .aggregate(Aggregations.<String>count())
                        .filter(result -> result.value() > 10),
                "t"));

        assertThat(plan.stages()).hasSize(2);
    }

    @Test
    void lateRecordsOfRefinedWindows_canBeGroupedAgain() {
        Plan plan = plan(events -> toTable(
                perMinute(events.keyBy(text -> text)
                        .named("customers")
                        .window(MINUTES.withAllowedLateness(Duration.ofHours(1)))
                        .aggregate(Aggregations.<String>count())
                        .emit(Emission.onUpdate())
                        .lateRecords()
                        .keyBy(text -> text)
                        .named("late")),
                "t"));

        assertThat(plan.stage("late").upstreams()).containsExactly("source");
    }

    @Test
    void whenThePartitionKeyIsGroupedByAfterAnAggregation_thenThePlanIsRefused() {
        refused(
                events -> toTable(
                        perMinute(perMinute(events.keyBy(text -> text))
                                .named("minutes")
                                .map(Result::key)
                                .keyByPartitionKey(text -> text)
                                .named("again")),
                        "t"),
                "operator 'again' groups by the partition key of records, after operator 'minutes'",
                "use keyBy");
        refused(
                events -> toTable(
                        perMinute(perMinute(events.keyByPartitionKey())
                                .named("minutes")
                                .lateRecords()
                                .keyByPartitionKey()
                                .named("again")),
                        "t"),
                "operator 'again'",
                "operator 'minutes'");
        refused(
                events -> toTable(
                        perMinute(events.merge(perMinute(events.keyByPartitionKey())
                                        .named("minutes")
                                        .map(Result::key))
                                .keyByPartitionKey()
                                .named("again")),
                        "t"),
                "operator 'again'",
                "operator 'minutes'");
    }

    private static void sliding(KeyedStream<String, String> keyed, long sizeMillis, long slideMillis) {
        toTable(
                keyed.window(Windows.sliding(Duration.ofMillis(sizeMillis), Duration.ofMillis(slideMillis)))
                        .aggregate(Aggregations.<String>count())
                        .named("windows"),
                "t");
    }

    @Test
    void whenARecordIsInMoreWindowsThanASliceHasMilliseconds_thenOnlyKeyByIsRefused() {
        refused(
                events -> sliding(events.keyBy(text -> text), 110, 10),
                "operator 'windows' has sliding windows of PT0.11S every PT0.01S",
                "a record is in 11 of them, and behind keyBy it can be in 10",
                "keyByPartitionKey");
        refused(events -> sliding(events.keyBy(text -> text), 10, 4), "a record is in 3 of them");

        assertThat(plan(events -> sliding(events.keyBy(text -> text), 100, 10)).stages())
                .hasSize(2);
        assertThat(plan(events -> sliding(events.keyByPartitionKey(), 110, 10)).stages())
                .hasSize(1);
    }

    @Test
    void whenAnInternalStreamCannotBeNamed_thenThePlanIsRefused() {
        String longName = "x".repeat(100);
        Pipeline pipeline = pipeline(
                "orders-of-all-the-customers-",
                events -> toTable(perMinute(events.keyBy(text -> text).named(longName)), "t"));

        assertThatThrownBy(() -> Plan.of(pipeline))
                .isInstanceOf(PipelineException.class)
                .hasMessageContainingAll(longName, "has 129 characters", "Kinesis takes 128", "named(...)");
    }

    @Test
    void whenAnInternalStreamHasTheNameOfAnother_thenThePlanIsRefused() {
        refused(
                events -> toTable(perMinute(events.keyBy(text -> text).named("dead-letters")), "t"),
                "operator 'dead-letters' begins a stage that would read stream 'orders-dead-letters'",
                "which is that of its dead letters");
        refused(
                events -> {
                    events.toStream("orders-copies", text -> text, String.class);
                    toTable(perMinute(events.keyBy(text -> text).named("copies")), "t");
                },
                "stream 'orders-copies', which is one that it writes results to");

        PipelineBuilder builder = Pipeline.named("orders");
        toTable(
                perMinute(builder.from("orders-raw", Codecs.string(), EventTime.ingestion())
                        .keyBy(text -> text)
                        .named("raw")),
                "t");
        Pipeline pipeline = builder.build();
        assertThatThrownBy(() -> Plan.of(pipeline)).hasMessageContaining("which is that of its source");
    }

    @Test
    void whenTwoStagesHaveOneName_thenThePlanIsRefused() {
        refused(
                events -> {
                    toTable(perMinute(events.keyBy(text -> text)), "a");
                    toTable(perMinute(events.keyBy(text -> text).named("source.keyBy")), "b");
                },
                "operator 'source.keyBy' begins a stage 'source.keyBy', and so does operator 'source/keyBy'",
                "named(...)");
    }
}
