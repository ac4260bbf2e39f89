package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.Emission;
import dev.millrace.ErrorPolicy;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a driver sees of a task. Times are in milliseconds. */
class TaskTest {
    private static final UpstreamId A = new UpstreamId("source", "shard-a");
    private static final UpstreamId B = new UpstreamId("source", "shard-b");
    private static final String OUT = "collection:out";

    private static Pipeline grouped() {
        PipelineBuilder builder = Pipeline.named("events");
        builder.from(
                        "source",
                        Event.CODEC,
                        EventTime.<Event>extracted(event -> Instant.ofEpochMilli(event.timeMillis()), Duration.ZERO))
                .keyBy(Event::key)
                .named("by-key")
                .window(Windows.tumbling(Duration.ofMillis(100)))
                .aggregate(Aggregations.count())
                .map(result -> "" + result.value())
                .collect(new CollectingSink<>("out", Codecs.string()));
        return builder.build();
    }

    /** Counts of all events, sent every minute; those with number 7 fail in another branch. */
    private static Pipeline counted() {
        PipelineBuilder builder = Pipeline.named("events").onError(ErrorPolicy.SKIP);
        var events = builder.from("source", Event.CODEC, EventTime.ingestion());
        events.keyByPartitionKey(event -> "p")
                .aggregate(Aggregations.count())
                .emit(Emission.every(Duration.ofMinutes(1)))
                .map(result -> "" + result.value())
                .collect(new CollectingSink<>("out", Codecs.string()));
        events.filter(event -> {
            if (event.number() == 7) {
                throw new IllegalStateException("seven");
            }
            return true;
        });
        return builder.build();
    }

    private static Exchanged active(UpstreamId from, long entry, long watermark) {
        return new Exchanged.OfEnd(
                from,
                new Mark(1, entry, 9),
                new EntryEnd(9, watermark, watermark, EntryEnd.State.ACTIVE, Progress.NO_TIME, Progress.NO_TIME));
    }

    private static Event event(long timeMillis, long number) {
        return new Event("p", timeMillis, number);
    }

    private static TestStage receiver() {
        TestStage stage = new TestStage(grouped(), "by-key");
        stage.list(new UpstreamShard(A, List.of()), new UpstreamShard(B, List.of()));
        return stage;
    }

    @Test
    void x4_whenAPartitionIsNoLongerListed_thenItHoldsTheWatermarkBackNoMore() {
        TestStage stage = receiver();
        stage.take(active(A, 1, 50));
        assertThat(stage.watermark()).isEqualTo(Progress.NO_TIME);
        stage.list(new UpstreamShard(A, List.of()));

        assertThat(stage.watermark()).isEqualTo(50);
    }

    @Test
    void aTaskKnowsThoseThatAreListed_andTheStageOfTheSourceHasNone() {
        TestStage stage = receiver();
        assertThat(stage.task().knowsUpstream(A)).isTrue();
        assertThat(stage.task().knowsUpstream(new UpstreamId("source", "shard-c")))
                .isFalse();
        assertThat(new TestStage(grouped(), "source").task().knowsUpstream(A)).isTrue();
    }

    @Test
    void whatIsTakenMovesThePosition_andAnEntryTellsWhatHasChangedOnly() {
        TestStage stage = receiver();
        stage.take(active(A, 1, 50));
        stage.take(active(B, 1, 60));

        Changes last = stage.entries.get(1);
        assertThat(Objects.requireNonNull(last.progress().position()).sequenceNumber())
                .isEqualTo("2");
        assertThat(last.cells()).extracting(CellChange::id).containsExactly(Upstream.keyOf(B));
    }

    @Test
    void lastWordsTellEachStageThatThePartitionHasEnded() {
        TestStage stage = new TestStage(grouped(), "source");
        stage.put(event(10, 1), 1_000);

        assertThat(stage.task().lastWords()).singleElement().satisfies(output -> {
            EntryEnd end = Objects.requireNonNull(Parts.decode(output.payload()).end());
            assertThat(output.sink()).isEqualTo(Output.EXCHANGE + "by-key");
            assertThat(end.state()).isEqualTo(EntryEnd.State.ENDED);
            assertThat(end.watermark()).isEqualTo(10);
            assertThat(end.arrivalMillis()).isEqualTo(1_000);
        });
    }

    @Test
    void whenARecordFailsAmongOthersOfABatch_thenNothingOfItGoesWithTheNext() {
        TestStage stage = new TestStage(counted(), "source");
        stage.apply(event(0, 7), 1_000);
        stage.apply(event(0, 1), 1_001);
        stage.settle();

        assertThat(stage.outputs(OUT)).containsExactly("1");
        assertThat(stage.counts()).containsOnlyKeys(Reason.PROCESSING_FAILED);
    }

    @Test
    void whenARecordIsPassedOver_thenItsArrivalBringsTheUpdatesThatAreDue() {
        TestStage stage = new TestStage(counted(), "source");
        stage.put(event(0, 1), 1_000);
        stage.put(event(0, 1), 1_001);
        assertThat(stage.outputs(OUT)).containsExactly("1");
        stage.task().passEmpty(new SourceRecord("p", new byte[0], new Position("3", 0, false), 61_000));
        stage.settle();
        assertThat(stage.outputs(OUT)).containsExactly("1", "2");

        stage.put(event(0, 1), 61_001);
        RecordFailure failure = RecordFailure.untimed(Reason.UNDECODABLE, "broken", null);
        stage.task().passOver(new SourceRecord("p", new byte[0], new Position("5", 0, false), 121_000), failure);
        stage.settle();
        assertThat(stage.outputs(OUT)).containsExactly("1", "2", "3");
    }

    @Test
    void theFailureOfARecordThatCannotBeCommitted_hasItsTime_orIsThatOfDecoding() {
        Task task = new TestStage(grouped(), "source").task();
        Position position = new Position("1", 0, false);
        IllegalStateException cause = new IllegalStateException("too large");

        RecordFailure timed =
                task.failureOf(new SourceRecord("p", event(40, 1).encoded(), position, 1_000), "no", cause);
        assertThat(timed.reason()).isEqualTo(Reason.PROCESSING_FAILED);
        assertThat(timed.eventTimeMillis()).isEqualTo(40);
        assertThat(timed).hasMessage("no").hasCause(cause);
        byte[] noEvent = "?".getBytes(StandardCharsets.UTF_8);
        assertThat(task.failureOf(new SourceRecord("p", noEvent, position, 1_000), "no", cause)
                        .reason())
                .isEqualTo(Reason.UNDECODABLE);
    }

    @Test
    void entriesGetSmallerByHalves_untilTheyAreToBeFullAgain() {
        TestStage stage = new TestStage(counted(), "source", new Limits(4, 1_000_000), Floors.NONE);
        Task task = stage.task();
        assertThat(task.takeSmallerEntries()).isTrue();
        assertThat(task.takeSmallerEntries()).isTrue();
        assertThat(task.takeSmallerEntries()).as("one output already").isFalse();
        stage.apply(event(0, 1), 1_000);
        task.changes();
        assertThat(task.isFull()).isTrue();
        task.takeFullEntries();

        assertThat(task.isFull()).isFalse();
    }
}
