package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.Emission;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EmissionTest {
    private static final long BASE = 1_700_000_000_000L;

    private static TestEnvironment everyMinute(Limits limits) {
        PipelineBuilder builder = Pipeline.named("updates");
        builder.from("events", Event.CODEC, EventTime.ingestion())
                .keyByPartitionKey(Event::key)
                .aggregate(Aggregations.count())
                .emit(Emission.every(Duration.ofMinutes(1)))
                .map(result -> result.key() + " " + result.value())
                .collect(new CollectingSink<>("out", Codecs.string()));
        return new TestEnvironment(new TestPartition(builder.build(), limits));
    }

    @Test
    void whenManyUpdatesFallDueTogether_thenNoEntryHasMoreThanItsLimit() {
        TestEnvironment environment = everyMinute(new Limits(2, 1_000));
        for (long millis : new long[] {0, 1, 60_001, 60_002, 60_003, 60_004, 60_005, 60_006}) {
            for (String key : new String[] {"a", "b", "c", "d", "e"}) {
                environment.task().apply(environment.record(new Event(key, BASE + millis, 1)), 0);
            }
            environment.commit();
        }
        assertThat(environment.partition().entries())
                .allSatisfy(entry -> assertThat(entry.outbox()).hasSizeLessThanOrEqualTo(2));
        for (String key : new String[] {"a", "b", "c", "d", "e"}) {
            assertThat(environment.partition().outputs("collection:out"))
                    .filteredOn(text -> text.startsWith(key))
                    .hasSizeBetween(1, 2);
        }
    }

    @Test
    void whenUpdatesOfManyKeysAreToBeSent_thenTheEntryIsFullOnceItHasAsManyAsItsLimit() {
        PipelineBuilder builder = Pipeline.named("updates");
        builder.from("events", Event.CODEC, EventTime.ingestion())
                .keyByPartitionKey(Event::key)
                .window(Windows.sliding(Duration.ofMinutes(2), Duration.ofMinutes(1)))
                .aggregate(Aggregations.count())
                .emit(Emission.onUpdate())
                .toTable("counts", row -> row.key("key", result -> result.key()));
        TestEnvironment environment = new TestEnvironment(new TestPartition(builder.build(), new Limits(4, 1_000_000)));
        Task task = environment.task();

        task.apply(environment.record(new Event("a", BASE, 1)), BASE);
        task.apply(environment.record(new Event("a", BASE, 2)), BASE);
        assertThat(task.isFull()).as("two windows of one key").isFalse();
        task.apply(environment.record(new Event("b", BASE, 1)), BASE);

        assertThat(task.isFull()).isTrue();
        assertThat(task.changes().outbox()).hasSize(4);
    }

    @Test
    void whenOneWindowIsDue_thenItIsFiredInOneGo() {
        PipelineBuilder builder = Pipeline.named("windows");
        builder.from("events", Event.CODEC, EventTime.ingestion())
                .keyByPartitionKey(Event::key)
                .window(Windows.tumbling(Duration.ofMillis(100)))
                .aggregate(Aggregations.count())
                .map(result -> result.key() + " " + result.value())
                .collect(new CollectingSink<>("out", Codecs.string()));
        TestEnvironment environment = TestEnvironment.of(builder.build());
        environment.process(new Event("a", BASE, 1));
        environment.task().apply(environment.record(new Event("a", BASE + 200, 1)), BASE);

        assertThat(environment.task().fireDue()).isTrue();
        assertThat(environment.task().changes().outbox()).hasSize(1);
    }

    @Test
    void whenATaskIsRestored_thenNoUpdateIsSentBeforeItsTime() {
        TestEnvironment environment = everyMinute(Limits.DEFAULT);
        environment.process(new Event("a", BASE, 1));
        environment.process(new Event("a", BASE + 1, 1));
        environment.crash();
        assertThat(environment.task().changes().isEmpty()).isTrue();
        assertThat(environment.partition().outputs("collection:out")).containsExactly("a 1");
    }

    @Test
    void whenATickHasNothingToBring_thenThereIsNothingToCommit() {
        TestEnvironment environment = everyMinute(Limits.DEFAULT);
        environment.process(new Event("a", BASE, 1));
        environment.task().tick(BASE + 3_600_000, true, Duration.ofSeconds(1));
        assertThat(environment.task().fireDue()).isTrue();
        assertThat(environment.task().changes().isEmpty()).isTrue();
    }

    @Test
    void whenAFinalSessionBecomesPartOfAnother_thenItsRowIsTakenBackBehindAFilterOfFinalResults() {
        PipelineBuilder builder = Pipeline.named("sessions");
        builder.from(
                        "events",
                        Event.CODEC,
                        EventTime.<Event>extracted(event -> Instant.ofEpochMilli(event.timeMillis()), Duration.ZERO))
                .keyByPartitionKey(Event::key)
                .window(Windows.session(Duration.ofMillis(100)).withAllowedLateness(Duration.ofSeconds(10)))
                .aggregate(Aggregations.count())
                .filter(Result::isFinal)
                .toTable(
                        "sessions",
                        row -> row.key("key", Result::key)
                                .sortKey("start", result -> result.window().start())
                                .attribute("count", Result::value));
        TestEnvironment environment = TestEnvironment.of(builder.build());
        environment.process(new Event("a", BASE + 50, 1));
        environment.process(new Event("b", BASE + 1_000, 1));
        environment.process(new Event("a", BASE, 1));
        assertThat(environment.partition().outputs("table:sessions"))
                .containsExactly(
                        "{\"key\":{\"S\":\"a\"},\"start\":{\"S\":\"2023-11-14T22:13:20.050Z\"},\"count\":{\"N\":\"1\"}}",
                        "{\"key\":{\"S\":\"a\"},\"start\":{\"S\":\"2023-11-14T22:13:20.050Z\"},\"millrace_retracted\":{\"BOOL\":true}}",
                        "{\"key\":{\"S\":\"a\"},\"start\":{\"S\":\"2023-11-14T22:13:20Z\"},\"count\":{\"N\":\"2\"}}");
    }
}
