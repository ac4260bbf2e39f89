package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.millrace.AggregatedStream;
import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.EventTime;
import dev.millrace.KeyedStream;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What is said of an idle partition (T1, X4), and what comes too late for it. Times are in milliseconds. */
class IdleTaskTest {
    private static final long NONE = Progress.NO_TIME;
    private static final UpstreamId A = new UpstreamId("source", "shard-a");
    private static final Windows TUMBLING = Windows.tumbling(Duration.ofMillis(100));

    private static Pipeline grouped(
            boolean hasDeadLetters, Function<KeyedStream<String, Event>, AggregatedStream<String, Event, Long>> rest) {
        PipelineBuilder builder = Pipeline.named("events");
        if (hasDeadLetters) {
            builder.deadLetters("letters");
        }
        KeyedStream<String, Event> keyed = builder.from(
                        "source",
                        Event.CODEC,
                        EventTime.<Event>extracted(event -> Instant.ofEpochMilli(event.timeMillis()), Duration.ZERO))
                .keyBy(Event::key)
                .named("by-key");
        rest.apply(keyed).map(result -> "" + result.value()).collect(new CollectingSink<>("out", Codecs.string()));
        return builder.build();
    }

    private static Pipeline windowed() {
        return grouped(false, keyed -> keyed.window(TUMBLING).aggregate(Aggregations.count()));
    }

    private static TestStage source() {
        return new TestStage(windowed(), "source");
    }

    private static EntryEnd lastEnd(TestStage stage) {
        List<Parts> sent = stage.sent("by-key");
        return Objects.requireNonNull(sent.get(sent.size() - 1).end());
    }

    @Test
    void t1_aPartitionIsIdleOnceItsLastRecordIsOlderThanTheTimeout_untilTheNextRecord() {
        TestStage stage = source();
        stage.put(new Event("k", 10, 1), 1_000);
        stage.tick(1_100, NONE);
        assertThat(lastEnd(stage).state()).isEqualTo(EntryEnd.State.ACTIVE);
        stage.task().tick(1_101, false, TestStage.IDLE_TIMEOUT, NONE);
        stage.settle();
        assertThat(lastEnd(stage).state()).isEqualTo(EntryEnd.State.ACTIVE);
        stage.tick(1_101, NONE);
        assertThat(lastEnd(stage)).isEqualTo(new EntryEnd(0, 10, 1_000, EntryEnd.State.IDLE, 1_001, 11));

        stage.put(new Event("k", 20, 1), 1_200);
        assertThat(lastEnd(stage).state()).isEqualTo(EntryEnd.State.ACTIVE);
    }

    @Test
    void t1_aPartitionWithoutAnyRecordIsIdle_andItsEventTimeIsNotKnown() {
        TestStage stage = source();
        assertThat(stage.task().awaitedMillis()).isEqualTo(NONE);
        stage.tick(5_000, NONE);

        assertThat(lastEnd(stage)).isEqualTo(new EntryEnd(0, NONE, NONE, EntryEnd.State.IDLE, 4_900, NONE));
        assertThat(stage.task().goneOnMillis()).isEqualTo(NONE);
    }

    @Test
    void t1_itMattersWhetherAPartitionIsIdle_whereThereIsSomethingToGoOnFromOrSomebodyToTell() {
        TestStage alone = new TestStage(alone(), "source");
        assertThat(alone.task().canBeIdle()).isFalse();
        alone.put(new Event("p", 10, 1), 1_000);
        assertThat(alone.task().canBeIdle()).isTrue();
        alone.task().passEmpty(new SourceRecord("p", new byte[0], new Position("2", 3, true), 1_001));
        assertThat(alone.task().canBeIdle()).as("inside an aggregated record").isFalse();
        assertThat(source().task().canBeIdle()).isTrue();
        assertThat(new TestStage(windowed(), "by-key").task().canBeIdle())
                .as("its senders say so")
                .isFalse();
    }

    private static Pipeline alone() {
        PipelineBuilder builder = Pipeline.named("events");
        builder.from("source", Event.CODEC, EventTime.ingestion())
                .keyByPartitionKey(event -> "p")
                .window(TUMBLING)
                .aggregate(Aggregations.count());
        return builder.build();
    }

    @Test
    void x4_nobodyIsWaitedForWhereThereAreNoWindows() {
        TestStage stage = new TestStage(grouped(false, keyed -> keyed.aggregate(Aggregations.count())), "source");
        stage.put(new Event("k", 10, 1), 1_000);

        assertThat(stage.task().awaitedMillis()).isEqualTo(1_000);
    }

    @Test
    void l4_whatIsToBeSentToOtherStagesCountsForAnEntry() {
        for (int limit : new int[] {26, 27}) {
            TestStage stage = new TestStage(windowed(), "source", new Limits(1_000, limit), Floors.NONE);
            stage.apply(new Event("k1", 10, 1), 1_000);
            stage.apply(new Event("k1", 11, 1), 1_000);
            // Two bytes of a key, and 24 for a part.
            assertThat(stage.task().isFull()).isEqualTo(limit == 26);
        }
    }

    @Test
    void whatIsLateForAStage_isADeadLetterUnlessItIsToBeDropped() {
        assertThat(lettersOfALatePart(true, late -> late)).isEqualTo(1);
        assertThat(lettersOfALatePart(true, AggregatedStream::dropLateRecords)).isZero();
        // Its value is aggregated, so that it cannot go where late records go.
        assertThat(lettersOfALatePart(true, IdleTaskTest::withSideOutput)).isEqualTo(1);
        assertThat(lettersOfALatePart(false, IdleTaskTest::withSideOutput)).isZero();
    }

    private static AggregatedStream<String, Event, Long> withSideOutput(AggregatedStream<String, Event, Long> counts) {
        counts.lateRecords().map(late -> "late").collect(new CollectingSink<>("late", Codecs.string()));
        return counts;
    }

    private static long lettersOfALatePart(
            boolean hasDeadLetters,
            Function<AggregatedStream<String, Event, Long>, AggregatedStream<String, Event, Long>> late) {
        Pipeline pipeline = grouped(
                hasDeadLetters, keyed -> late.apply(keyed.window(TUMBLING).aggregate(Aggregations.count())));
        TestStage stage = new TestStage(pipeline, "by-key");
        stage.list(new UpstreamShard(A, List.of()));
        stage.take(new Exchanged.OfEnd(
                A, new Mark(1, 1, 9), new EntryEnd(9, 100, 100, EntryEnd.State.ACTIVE, NONE, NONE)));
        byte[] key = "k".getBytes(StandardCharsets.UTF_8);
        byte[] one = Codecs.longs().encode(1L);
        stage.take(new Exchanged.OfPart(A, new Mark(1, 2, 0), new Part(0, "by-key/aggregate", key, 0, 0, one)));
        assertThat(stage.counts()).isEqualTo(Map.of(Reason.LATE, 1L));
        return stage.outputs(Output.DEAD_LETTERS).size();
    }

    @Test
    void whenThePolicyIsToFail_thenNoRecordIsPassedOver() {
        RecordFailure failure = RecordFailure.untimed(Reason.UNDECODABLE, "broken", null);
        Task task = source().task();

        assertThatIllegalStateException()
                .isThrownBy(() ->
                        task.passOver(new SourceRecord("p", new byte[0], new Position("1", 0, false), 1_000), failure))
                .withMessageContaining("not to pass over");
    }
}
