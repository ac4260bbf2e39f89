package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.Aggregation;
import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.Emission;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sessions at the very millisecond at which they end, join or are over, and between stages. Times are in milliseconds. */
class SessionEdgesTest {
    private static final UpstreamId A = new UpstreamId("source", "shard-a");
    private static final Windows SESSIONS =
            Windows.session(Duration.ofMillis(100)).withAllowedLateness(Duration.ofMillis(50));

    private static <R> Pipeline pipeline(
            boolean isGrouped, Aggregation<? super Event, ?, R> aggregation, Emission emission) {
        PipelineBuilder builder = Pipeline.named("events");
        var events = builder.from(
                "source",
                Event.CODEC,
                EventTime.<Event>extracted(event -> Instant.ofEpochMilli(event.timeMillis()), Duration.ZERO));
        var keyed = isGrouped ? events.keyBy(Event::key).named("by-key") : events.keyByPartitionKey(event -> "p");
        var results = keyed.window(SESSIONS).aggregate(aggregation).emit(emission);
        results.map(SessionEdgesTest::text).collect(new CollectingSink<>("out", Codecs.string()));
        results.filter(result -> result.isFinal() || !emission.equals(Emission.onClose()))
                .toTable(
                        "rows",
                        row -> row.key(
                                "start", result -> "" + result.window().start().toEpochMilli()));
        return builder.build();
    }

    private static String text(Result<String, ?> result) {
        return result.window().start().toEpochMilli() + "-"
                + result.window().end().toEpochMilli() + ": " + result.value();
    }

    private static TestStage source() {
        return new TestStage(pipeline(false, Aggregations.count(), Emission.onClose()), "source");
    }

    private static TestStage receiver(Emission emission) {
        TestStage stage = new TestStage(pipeline(true, Aggregations.count(), emission), "by-key");
        stage.list(new UpstreamShard(A, List.of()));
        return stage;
    }

    private static void put(TestStage stage, long... times) {
        for (long time : times) {
            stage.put(new Event("p", time, time), 1_000 + time);
        }
    }

    private static Exchanged part(long entry, long start) {
        byte[] key = "k".getBytes(StandardCharsets.UTF_8);
        byte[] one = Codecs.longs().encode(1L);
        return new Exchanged.OfPart(
                A, new Mark(1, entry, 0), new Part(0, "by-key/aggregate", key, start, start + 100, one));
    }

    private static Exchanged active(long entry, long watermark) {
        return new Exchanged.OfEnd(
                A,
                new Mark(1, entry, 9),
                new EntryEnd(9, watermark, watermark, EntryEnd.State.ACTIVE, Progress.NO_TIME, Progress.NO_TIME));
    }

    private static List<String> rows(TestStage stage) {
        return stage.entries.stream()
                .flatMap(entry -> entry.outbox().stream())
                .filter(output -> output.sink().contains("rows"))
                .map(output -> new String(output.payload(), StandardCharsets.UTF_8)
                        .replaceAll("[^0-9a-z_]|[a-z]*start", "")
                        .replace("millrace_retracted", " retracted"))
                .toList();
    }

    @Test
    void sessionsThatOnlyTouchAreTwo_whicheverComesFirst() {
        TestStage stage = source();
        put(stage, 100, 0, 200, 400);

        assertThat(stage.outputs("collection:out")).containsExactly("0-100: 1", "100-200: 1", "200-300: 1");
    }

    @Test
    void aRecordIsLateOnceItsSessionIsOver() {
        TestStage over = source();
        put(over, 200, 50);
        assertThat(over.counts()).isEqualTo(Map.of(Reason.LATE, 1L));
        TestStage open = source();
        put(open, 200, 51);
        assertThat(open.counts()).isEmpty();
        // By itself it would be over; with the one from 51 on it is not.
        put(open, 50);
        assertThat(open.counts()).isEmpty();
    }

    @Test
    void valuesAreMergedInTheOrderOfTheirTimes() {
        Pipeline pipeline = pipeline(
                false, Aggregations.reduce((Event left, Event right) -> left, Event.CODEC), Emission.onClose());
        TestStage stage = new TestStage(pipeline, "source");
        put(stage, 50, 120, 90, 20, 300);

        assertThat(stage.outputs("collection:out"))
                .singleElement()
                .asString()
                .startsWith("20-220: Event[key=p, timeMillis=20");
    }

    @Test
    void whatAnotherStageSendsJoinsASession_whoseRowIsTakenBackWhereItsStartChanges() {
        TestStage stage = receiver(Emission.onClose());
        stage.take(part(1, 50));
        stage.take(active(1, 150));
        stage.take(part(2, 20));
        stage.take(active(2, 199));
        stage.take(part(3, 30));
        stage.take(active(3, 200));
        stage.take(part(4, 40));

        assertThat(stage.outputs("collection:out")).containsExactly("50-150: 1", "20-150: 2", "20-150: 3");
        assertThat(stage.counts()).as("over at 200").isEqualTo(Map.of(Reason.LATE, 1L));
    }

    @Test
    void whenAnUpdateWasSent_thenItsRowIsTakenBackOnceTheStartChanges_alsoAfterALoad() {
        TestStage stage = receiver(Emission.every(Duration.ofHours(1)));
        stage.take(part(1, 50));
        stage.take(active(1, 40));
        assertThat(stage.outputs("collection:out")).containsExactly("50-150: 1");
        stage.take(part(2, 60));
        stage.take(active(2, 41));
        stage.crash();
        stage.take(part(3, 20));
        stage.take(active(3, 42));

        assertThat(stage.outputs("collection:out")).containsExactly("50-150: 1");
        assertThat(rows(stage)).hasSize(2);
        assertThat(rows(stage).get(1)).contains("50").contains("retracted");
    }

    @Test
    void theSenderJoinsWhatItSends_andAllowsForLateness() {
        TestStage stage = new TestStage(pipeline(true, Aggregations.count(), Emission.onClose()), "source");
        stage.apply(new Event("k", 0, 1), 1_000);
        stage.apply(new Event("k", 60, 1), 1_000);
        stage.apply(new Event("k", 160, 1), 1_000);
        stage.settle();

        assertThat(stage.sent("by-key").stream().flatMap(parts -> parts.parts().stream()))
                .extracting(Part::start, Part::end)
                .containsExactly(tuple(0L, 160L), tuple(160L, 260L));
        put(stage, 200, 51, 50);
        assertThat(stage.counts()).isEqualTo(Map.of(Reason.LATE, 1L));
    }

    @Test
    void aPartitionIsWaitedForUntilItsSessionsAreOver() {
        TestStage stage = new TestStage(pipeline(true, Aggregations.count(), Emission.onClose()), "source");
        put(stage, 10);

        assertThat(stage.task().awaitedMillis()).isEqualTo(1_010 + 150);
    }

    @Test
    void whenTheStateIsOfAnotherKindOfWindow_thenTheErrorSaysSo() {
        KeyedState state = new KeyedState(1);
        KeyId key = KeyId.of("by-key/aggregate", "k".getBytes(StandardCharsets.UTF_8));
        state.apply(new CellChange(key, 0, Codecs.longs().encode(1L)));
        Task task = new Task(
                pipeline(true, Aggregations.count(), Emission.onClose()), "by-key", "shard-0", state, Limits.DEFAULT);

        assertThatIllegalStateException()
                .isThrownBy(() -> task.restore(Progress.NONE))
                .withMessageContaining("another kind of window");
    }
}
