package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.Emission;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What happens at the very millisecond at which a window ends, or takes its last late record. Times are in milliseconds. */
class WindowEdgesTest {
    private static final UpstreamId A = new UpstreamId("source", "shard-a");
    private static final Windows TUMBLING = Windows.tumbling(Duration.ofMillis(100));
    private static final Windows SLIDING = Windows.sliding(Duration.ofMillis(100), Duration.ofMillis(50));
    private static final Duration LATENESS = Duration.ofMillis(50);
    private static final String OUT = "collection:out";

    private static TestStage stage(String name, Windows windows, Emission emission) {
        PipelineBuilder builder = Pipeline.named("events");
        var events = builder.from(
                "source",
                Event.CODEC,
                EventTime.<Event>extracted(event -> Instant.ofEpochMilli(event.timeMillis()), Duration.ZERO));
        var keyed = name.equals("by-key") || name.equals("sender")
                ? events.keyBy(Event::key).named("by-key")
                : events.keyByPartitionKey(event -> "p");
        keyed.window(windows)
                .aggregate(Aggregations.count())
                .emit(emission)
                .map(result -> result.window().end().toEpochMilli() + ": " + result.value()
                        + (result.isFinal() ? " final" : ""))
                .collect(new CollectingSink<>("out", Codecs.string()));
        return new TestStage(builder.build(), name.equals("by-key") ? "by-key" : "source");
    }

    private static void put(TestStage stage, long... times) {
        for (long time : times) {
            stage.put(new Event("p", time, 1), 1_000 + time);
        }
    }

    private static Exchanged part(long entry, long start) {
        byte[] key = "k".getBytes(StandardCharsets.UTF_8);
        byte[] one = Codecs.longs().encode(1L);
        return new Exchanged.OfPart(A, new Mark(1, entry, 0), new Part(0, "by-key/aggregate", key, start, start, one));
    }

    private static Exchanged active(long entry, long watermark) {
        return new Exchanged.OfEnd(
                A,
                new Mark(1, entry, 9),
                new EntryEnd(9, watermark, watermark, EntryEnd.State.ACTIVE, Progress.NO_TIME, Progress.NO_TIME));
    }

    @Test
    void aRecordOfAWindowThatEndsAtTheWatermark_isLate() {
        TestStage stage = stage("source", TUMBLING, Emission.onClose());
        put(stage, 50, 99, 60, 100, 99);

        assertThat(stage.outputs(OUT)).containsExactly("100: 3 final");
        assertThat(stage.counts()).isEqualTo(Map.of(Reason.LATE, 1L));
    }

    @Test
    void aRecordWithinTheAllowedLateness_refinesItsWindow_andAtItsEndIsLate() {
        TestStage stage = stage("source", TUMBLING.withAllowedLateness(LATENESS), Emission.onClose());
        put(stage, 50, 100, 51, 149, 52, 150, 53);

        assertThat(stage.outputs(OUT)).containsExactly("100: 1 final", "100: 2 final", "100: 3 final");
        assertThat(stage.counts()).isEqualTo(Map.of(Reason.LATE, 1L));
    }

    @Test
    void aLateRecord_refinesThoseOfItsWindowsThatAreClosedAndNotOver() {
        TestStage stage = stage("source", SLIDING.withAllowedLateness(LATENESS), Emission.onClose());
        put(stage, 60, 150, 61);

        // The window up to 100 was over at 150.
        assertThat(stage.outputs(OUT)).containsExactly("100: 1 final", "150: 1 final", "150: 2 final");
    }

    @Test
    void anUpdateIsSentOfWindowsThatAreOpen() {
        TestStage stage = stage("source", SLIDING.withAllowedLateness(LATENESS), Emission.onUpdate());
        put(stage, 60);
        assertThat(stage.outputs(OUT)).containsExactly("100: 1", "150: 1");
        put(stage, 100);
        put(stage, 61);

        assertThat(stage.outputs(OUT).subList(2, 7))
                .containsExactly("100: 1 final", "150: 2", "200: 1", "100: 2 final", "150: 3");
        assertThat(stage.outputs(OUT)).hasSize(7);
    }

    @Test
    void whatAnotherStageSendsWithinTheLateness_refinesItsWindow_andAtItsEndIsLate() {
        TestStage stage = stage("by-key", TUMBLING.withAllowedLateness(LATENESS), Emission.onClose());
        stage.list(new UpstreamShard(A, List.of()));
        stage.take(part(1, 0));
        stage.take(active(1, 100));
        stage.take(part(2, 0));
        stage.take(active(2, 149));
        stage.take(part(3, 0));
        stage.take(active(3, 150));
        stage.take(part(4, 0));

        assertThat(stage.outputs(OUT)).containsExactly("100: 1 final", "100: 2 final", "100: 3 final");
        assertThat(stage.counts()).isEqualTo(Map.of(Reason.LATE, 1L));
    }

    @Test
    void whatAnotherStageSendsWithoutLateness_isLateOnceTheWindowHasEnded() {
        TestStage stage = stage("by-key", TUMBLING, Emission.onClose());
        stage.list(new UpstreamShard(A, List.of()));
        stage.take(part(1, 0));
        stage.take(active(1, 100));
        stage.take(part(2, 0));
        stage.take(active(2, 300));

        assertThat(stage.outputs(OUT)).containsExactly("100: 1 final");
        assertThat(stage.counts()).isEqualTo(Map.of(Reason.LATE, 1L));
    }

    @Test
    void whatWasSentForOtherWindows_isRefused() {
        TestStage stage = stage("by-key", TUMBLING, Emission.onClose());
        stage.list(new UpstreamShard(A, List.of()));

        assertThatExceptionOfType(RecordFailure.class)
                .isThrownBy(() -> stage.take(part(1, 10)))
                .withMessageContaining("windows of another size or slide");
    }

    @Test
    void theSenderAllowsForLatenessToo() {
        TestStage stage = stage("sender", TUMBLING.withAllowedLateness(LATENESS), Emission.onClose());
        put(stage, 100, 50, 149, 50, 150, 50);

        assertThat(stage.counts()).isEqualTo(Map.of(Reason.LATE, 1L));
        assertThat(stage.sent("by-key").stream()
                        .flatMap(parts -> parts.parts().stream())
                        .map(Part::start))
                .containsExactly(100L, 0L, 100L, 0L, 100L);
    }

    @Test
    void aPartitionIsWaitedForUntilTheLatenessOfItsWindowsIsOver() {
        TestStage stage = stage("sender", TUMBLING.withAllowedLateness(LATENESS), Emission.onClose());
        put(stage, 10);

        assertThat(stage.task().awaitedMillis()).isEqualTo(1_010 + (150 - 10));
    }

    @Test
    void whenIdle_theWatermarkGoesOnOnlyToWhereSomethingIsDue() {
        TestStage stage = stage("source", TUMBLING, Emission.onClose());
        put(stage, 10);
        long arrival = 1_010;
        stage.tick(arrival + 100 + 89, Progress.NO_TIME);
        assertThat(stage.watermark()).isEqualTo(10);
        stage.tick(arrival + 100 + 90, Progress.NO_TIME);

        assertThat(stage.watermark()).isEqualTo(100);
        assertThat(stage.outputs(OUT)).containsExactly("100: 1 final");
    }

    @Test
    void whenIdle_aSessionThatHasGrownIsNotDueAtTheEndThatItHadBefore() {
        TestStage stage = stage("source", Windows.session(Duration.ofMillis(100)), Emission.onClose());
        put(stage, 0, 50);
        long arrival = 1_050;
        stage.tick(arrival + 100 + 60, Progress.NO_TIME);
        assertThat(stage.watermark()).isEqualTo(50);
        stage.tick(arrival + 100 + 100, Progress.NO_TIME);

        assertThat(stage.watermark()).isEqualTo(150);
        assertThat(stage.outputs(OUT)).containsExactly("150: 2 final");
    }

    @Test
    void whenIdle_anUpdateThatIsDueDoesNotMoveTheWatermark() {
        for (Windows windows : List.of(TUMBLING, Windows.session(Duration.ofMillis(100)))) {
            PipelineBuilder builder = Pipeline.named("events");
            var keyed = builder.from(
                            "source",
                            Event.CODEC,
                            EventTime.<Event>extracted(
                                    event -> Instant.ofEpochMilli(event.timeMillis()), Duration.ZERO))
                    .keyByPartitionKey(event -> "p");
            keyed.window(windows).aggregate(Aggregations.count());
            keyed.aggregate(Aggregations.count())
                    .emit(Emission.every(Duration.ofMillis(120)))
                    .map(result -> "" + result.value())
                    .collect(new CollectingSink<>("out", Codecs.string()));
            TestStage stage = new TestStage(builder.build(), "source");
            // A session that was due at 100 has grown to 120, and a tumbling window is due at 100.
            put(stage, 0, 20);

            stage.tick(1_020 + 100 + 75, Progress.NO_TIME);
            assertThat(stage.outputs(OUT)).containsExactly("1", "2");
            assertThat(stage.watermark()).isEqualTo(20);
            stage.tick(1_020 + 100 + 100, Progress.NO_TIME);

            assertThat(stage.watermark()).isEqualTo(120);
        }
    }

    @Test
    void whenIdle_aGrownSessionsFormerEndDoesNotMoveTheWatermarkWithAnUpdate() {
        PipelineBuilder builder = Pipeline.named("events");
        var keyed = builder.from(
                        "source",
                        Event.CODEC,
                        EventTime.<Event>extracted(event -> Instant.ofEpochMilli(event.timeMillis()), Duration.ZERO))
                .keyByPartitionKey(event -> "p");
        keyed.window(Windows.session(Duration.ofMillis(100))).aggregate(Aggregations.count());
        keyed.aggregate(Aggregations.count())
                .emit(Emission.every(Duration.ofMillis(120)))
                .map(result -> "" + result.value())
                .collect(new CollectingSink<>("out", Codecs.string()));
        TestStage stage = new TestStage(builder.build(), "source");
        put(stage, 0, 50);

        stage.tick(1_050 + 100 + 60, Progress.NO_TIME);

        assertThat(stage.outputs(OUT)).containsExactly("1", "2");
        assertThat(stage.watermark()).isEqualTo(50);
    }
}
