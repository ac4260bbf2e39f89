package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.ErrorPolicy;
import dev.millrace.EventTime;
import dev.millrace.KeyedStream;
import dev.millrace.Operator;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.Transform;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The rules between stages, X1, X3 and X4, of single partitions. Times are in milliseconds from 1970 on. */
class ExchangeRulesTest {
    private static final long NONE = Progress.NO_TIME;
    private static final UpstreamId A = new UpstreamId("source", "shard-a");
    private static final UpstreamId B = new UpstreamId("source", "shard-b");
    private static final UpstreamId C = new UpstreamId("source", "shard-c");
    private static final Windows TUMBLING = Windows.tumbling(Duration.ofMillis(100));
    private static final String OUT = "collection:out";

    private static Pipeline pipeline(Windows windows, boolean combines, boolean isChained) {
        PipelineBuilder builder =
                Pipeline.named("events").onError(ErrorPolicy.DEAD_LETTER).deadLetters("letters");
        KeyedStream<String, Event> keyed = builder.from(
                        "source",
                        Event.CODEC,
                        EventTime.<Event>extracted(event -> Instant.ofEpochMilli(event.timeMillis()), Duration.ZERO))
                .keyBy(event -> event.key().equals("null") ? null : event.key())
                .named("by-key");
        if (!combines) {
            keyed.withoutCombining();
        }
        var counts = keyed.window(windows).aggregate(Aggregations.count());
        if (isChained) {
            counts.keyBy(result -> result.key().equals("nil") ? null : "all")
                    .named("all")
                    .window(TUMBLING)
                    .aggregate(Aggregations.sumLong((Result<String, Long> result) -> result.value()))
                    .map(ExchangeRulesTest::text)
                    .collect(new CollectingSink<>("out", Codecs.string()));
        } else {
            counts.map(ExchangeRulesTest::text).collect(new CollectingSink<>("out", Codecs.string()));
        }
        return builder.build();
    }

    private static String text(Result<String, Long> result) {
        return result.key() + " " + result.window().end().toEpochMilli() + ": " + result.value();
    }

    private static TestStage receiver(UpstreamShard... upstreams) {
        TestStage stage = new TestStage(pipeline(TUMBLING, true, false), "by-key");
        stage.list(upstreams);
        return stage;
    }

    private static TestStage source() {
        return new TestStage(pipeline(TUMBLING, true, false), "source");
    }

    private static UpstreamShard shard(UpstreamId id, UpstreamId... parents) {
        return new UpstreamShard(id, List.of(parents));
    }

    private static Exchanged part(UpstreamId from, Mark mark, String key, long start) {
        byte[] one = Codecs.longs().encode(1L);
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        return new Exchanged.OfPart(from, mark, new Part(mark.index(), "by-key/aggregate", bytes, start, start, one));
    }

    private static Exchanged end(
            UpstreamId from, long entry, EntryEnd.State state, long watermark, long arrival, long clear, long gone) {
        return new Exchanged.OfEnd(
                from, new Mark(1, entry, 9), new EntryEnd(9, watermark, arrival, state, clear, gone));
    }

    private static Exchanged active(UpstreamId from, long entry, long watermark, long arrival) {
        return end(from, entry, EntryEnd.State.ACTIVE, watermark, arrival, NONE, NONE);
    }

    private static Exchanged idle(UpstreamId from, long entry, long watermark, long arrival, long clear, long gone) {
        return end(from, entry, EntryEnd.State.IDLE, watermark, arrival, clear, gone);
    }

    private static EntryEnd lastEnd(TestStage stage, String to) {
        List<Parts> sent = stage.sent(to);
        return Objects.requireNonNull(sent.get(sent.size() - 1).end());
    }

    @Test
    void x1_allPartsOfAnEntryAreTaken_andRepeatsAreNot_alsoAfterALoad() {
        TestStage stage = receiver(shard(A));
        List<Exchanged> entry = List.of(
                part(A, new Mark(1, 3, 0), "k", 0),
                part(A, new Mark(1, 3, 1), "k", 0),
                part(A, new Mark(1, 3, 2), "k", 0),
                active(A, 3, 10, 10));
        for (Exchanged each : entry) {
            stage.take(each);
            stage.take(each);
        }
        entry.forEach(stage::take);
        stage.crash();
        entry.forEach(stage::take);
        stage.take(part(A, new Mark(1, 2, 8), "k", 0));
        // A larger epoch begins anew, and so does each other sender.
        stage.take(part(A, new Mark(2, 1, 0), "k", 0));
        stage.take(part(B, new Mark(1, 1, 0), "k", 0));
        stage.take(new Exchanged.OfEnd(
                A, new Mark(2, 1, 1), new EntryEnd(1, 100, 100, EntryEnd.State.ACTIVE, NONE, NONE)));

        assertThat(stage.outputs(OUT)).containsExactly("k 100: 5");
    }

    @Test
    void x3_theWatermarkAdvancesAtTheEndOfAnEntryOnly() {
        TestStage stage = receiver(shard(A));
        stage.take(part(A, new Mark(1, 1, 0), "k", 0));
        stage.take(part(A, new Mark(1, 1, 1), "k", 500));
        assertThat(stage.watermark()).isEqualTo(NONE);
        stage.take(part(A, new Mark(1, 1, 2), "k", 0));
        stage.take(active(A, 1, 510, 510));

        assertThat(stage.watermark()).isEqualTo(510);
        assertThat(stage.outputs(OUT)).containsExactly("k 100: 2");
        assertThat(stage.outputs(Output.DEAD_LETTERS)).isEmpty();
    }

    @Test
    void x3_theSenderDecidesWhatIsLate_byItsWatermarkRecordByRecord() {
        TestStage source = source();
        source.apply(new Event("k", 150, 1), 150);
        source.apply(new Event("k", 99, 2), 160);
        source.apply(new Event("k", 100, 3), 170);
        source.settle();

        assertThat(source.sent("by-key")).singleElement().satisfies(parts -> {
            assertThat(parts.parts()).singleElement().satisfies(part -> {
                assertThat(part.start()).isEqualTo(100);
                assertThat(part.accumulator()).isEqualTo(Codecs.longs().encode(2L));
            });
            assertThat(parts.end()).isEqualTo(new EntryEnd(1, 150, 170, EntryEnd.State.ACTIVE, NONE, NONE));
        });
        assertThat(source.outputs(Output.DEAD_LETTERS))
                .singleElement()
                .asString()
                .contains("\"late\"", "\"sequence_number\":\"2\"");
    }

    @Test
    void x3_whatTakesSeveralOutputs_hasItsEndInTheLast() {
        TestStage source = source();
        for (int i = 0; i < 200; i++) {
            source.apply(new Event("k".repeat(5_000) + i, i, 1), i);
        }
        source.settle();

        List<Parts> sent = source.sent("by-key");
        assertThat(source.entries).hasSize(1);
        assertThat(sent).hasSizeGreaterThan(2);
        assertThat(sent.subList(0, sent.size() - 1))
                .allSatisfy(parts -> assertThat(parts.end()).isNull());
        assertThat(lastEnd(source, "by-key").index()).isEqualTo(200);
        assertThat(sent.stream().flatMap(parts -> parts.parts().stream()).map(Part::index))
                .hasSize(200)
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void x3_aValueThatIsLateForSomeOfItsWindows_hasNoPartInThoseElsewhere() {
        Pipeline sliding = pipeline(Windows.sliding(Duration.ofMillis(100), Duration.ofMillis(25)), true, false);
        TestStage source = new TestStage(sliding, "source");
        source.apply(new Event("k", 60, 1), 60);
        source.apply(new Event("k", 110, 2), 110);
        source.apply(new Event("k", 60, 3), 120);
        source.settle();
        TestStage stage = new TestStage(sliding, "by-key");
        stage.list(shard(A));
        Parts parts = source.sent("by-key").get(0);
        // Windows end at 75, 100, 125 and 150; the first two have closed for the third event.
        assertThat(parts.parts().stream().map(Part::start)).containsExactly(50L, 52L, 100L);
        parts.parts().forEach(part -> stage.take(new Exchanged.OfPart(A, new Mark(1, 1, part.index()), part)));
        stage.take(active(A, 1, 300, 300));

        assertThat(stage.outputs(OUT))
                .containsExactly("k 75: 1", "k 100: 1", "k 125: 3", "k 150: 3", "k 175: 1", "k 200: 1");
    }

    @Test
    void x3_aFiringHasItsWindowsLastMillisecond_andIsSentBeforeTheWatermarkThatPassesIt() {
        TestStage stage = new TestStage(pipeline(TUMBLING, true, true), "by-key", new Limits(1, 1 << 20), Floors.NONE);
        stage.list(shard(A));
        int index = 0;
        for (long start : new long[] {0, 100, 200}) {
            for (String key : List.of("a", "b", "c")) {
                stage.take(part(A, new Mark(1, 1, index++), key, start));
            }
        }
        stage.take(new Exchanged.OfEnd(
                A, new Mark(1, 1, index), new EntryEnd(index, 1_000, 1_000, EntryEnd.State.ACTIVE, NONE, NONE)));

        List<Parts> sent = stage.sent("all");
        assertThat(sent).hasSizeGreaterThan(8);
        List<Long> starts = new ArrayList<>();
        for (Parts entry : sent) {
            entry.parts().forEach(part -> starts.add(part.start()));
        }
        assertThat(starts).containsExactly(0L, 0L, 0L, 100L, 100L, 100L, 200L, 200L, 200L);
        for (int i = 0; i < sent.size(); i++) {
            long watermark = Objects.requireNonNull(sent.get(i).end()).watermark();
            for (Parts later : sent.subList(i + 1, sent.size())) {
                later.parts().forEach(part -> assertThat(watermark).isLessThan(part.start() + 100));
            }
        }
        assertThat(lastEnd(stage, "all").watermark()).isEqualTo(1_000);
    }

    @Test
    void x4_oneThatHasNeverSpokenHoldsBack() {
        TestStage stage = receiver(shard(A), shard(B));
        stage.take(part(A, new Mark(1, 1, 0), "k", 0));
        stage.take(active(A, 1, 500, 500));
        assertThat(stage.watermark()).isEqualTo(NONE);
        stage.take(active(B, 1, 99, 500));
        assertThat(stage.outputs(OUT)).isEmpty();
        stage.take(active(B, 2, 120, 500));

        assertThat(stage.watermark()).isEqualTo(120);
        assertThat(stage.outputs(OUT)).containsExactly("k 100: 1");
    }

    @Test
    void x4_oneThatHasEndedCountsUntilAllItsChildrenHaveSpoken() {
        TestStage stage = receiver(shard(A));
        stage.take(active(A, 1, 50, 50));
        stage.take(end(A, 2, EntryEnd.State.ENDED, 60, 60, NONE, NONE));
        assertThat(stage.watermark()).isEqualTo(60);
        stage.list(shard(A), shard(B, A), shard(C, A));
        stage.take(active(B, 1, 300, 300));
        assertThat(stage.watermark()).isEqualTo(60);
        stage.crash();
        stage.take(active(C, 1, 200, 300));
        assertThat(stage.watermark()).isEqualTo(200);
    }

    @Test
    void x4_anIdleOneCountsUpToWhatItIsKnownToHaveSent_andWhatWaitsForItSurvivesALoad() {
        TestStage stage = receiver(shard(A), shard(B));
        stage.take(idle(B, 1, NONE, NONE, 100, NONE));
        stage.take(active(A, 1, 400, 450));
        // B may have records that arrived before 450.
        assertThat(stage.watermark()).isEqualTo(NONE);
        stage.take(idle(B, 2, NONE, NONE, 449, NONE));
        assertThat(stage.watermark()).isEqualTo(NONE);
        stage.take(active(A, 2, 700, 800));
        stage.crash();
        stage.take(idle(B, 3, NONE, NONE, 450, NONE));
        assertThat(stage.watermark()).isEqualTo(400);
        stage.take(idle(B, 4, NONE, NONE, 800, NONE));
        assertThat(stage.watermark()).isEqualTo(700);
    }

    @Test
    void x4_whatWaitsForIdleOnes_countsOnlyAsFarAsThoseHaveComeThatAreActiveByThen() {
        TestStage stage = receiver(shard(A), shard(B), shard(C));
        stage.take(idle(B, 1, NONE, NONE, 100, NONE));
        stage.take(idle(C, 1, NONE, NONE, 100, NONE));
        stage.take(active(A, 1, 596, 624));
        // B had a record that arrived before.
        stage.take(active(B, 2, 557, 610));
        stage.take(idle(C, 2, NONE, NONE, 1_090, NONE));
        assertThat(stage.watermark()).isEqualTo(557);
        stage.take(part(B, new Mark(1, 3, 0), "k", 500));
        stage.take(active(B, 3, 600, 620));
        stage.take(active(A, 2, 600, 630));

        assertThat(stage.outputs(OUT)).containsExactly("k 600: 1");
        assertThat(stage.outputs(Output.DEAD_LETTERS)).isEmpty();
    }

    @Test
    void x4_whatWaitsForIdleOnes_waitsForAllOfThem() {
        TestStage stage = receiver(shard(A), shard(B), shard(C));
        stage.take(idle(B, 1, NONE, NONE, 1_000, NONE));
        stage.take(idle(C, 1, NONE, NONE, 100, NONE));
        stage.take(active(A, 1, 400, 450));
        assertThat(stage.watermark()).isEqualTo(NONE);
        stage.take(idle(C, 2, NONE, NONE, 500, NONE));
        assertThat(stage.watermark()).isEqualTo(400);
    }

    @Test
    void x4_oneWhoseEntryIsUnderWayIsNotIdle() {
        TestStage stage = receiver(shard(A), shard(B));
        stage.take(idle(B, 1, 20, 20, 1_000, 1_000));
        stage.take(part(B, new Mark(1, 2, 0), "k", 0));
        stage.take(active(A, 1, 500, 500));
        assertThat(stage.watermark()).isEqualTo(20);
    }

    @Test
    void x4_whereAllAreIdle_eventTimeGoesOnAsFarAsAllSay() {
        TestStage stage = receiver(shard(A), shard(B));
        stage.take(part(A, new Mark(1, 1, 0), "k", 0));
        stage.take(idle(A, 1, 50, 50, 200, 200));
        stage.take(idle(B, 1, NONE, NONE, 99, NONE));
        // A is further, but B has sent all only up to 99.
        assertThat(stage.outputs(OUT)).isEmpty();
        stage.take(idle(B, 2, NONE, NONE, 100, NONE));

        assertThat(stage.outputs(OUT)).containsExactly("k 100: 1");
    }

    @Test
    void x4_anIdlePartitionSaysSoUntilAllWindowsHaveClosed_andThenWritesNoMore() {
        TestStage source = source();
        source.put(new Event("k", 1_010, 1), 1_010);
        for (long now = 1_100; now <= 1_210; now += 10) {
            source.tick(now, NONE);
        }
        // Event time has gone on to 1,100 once all that arrived by then is sent.
        int entries = source.entries.size();
        assertThat(lastEnd(source, "by-key"))
                .isEqualTo(new EntryEnd(0, 1_010, 1_010, EntryEnd.State.IDLE, 1_100, 1_100));
        for (long now = 1_210; now <= 10_000; now += 10) {
            source.tick(now, NONE);
        }
        assertThat(source.entries).hasSize(entries);
    }

    @Test
    void x4_anIdlePartitionSaysSoForTheWindowsOfOthersToo() {
        TestStage ahead = source();
        TestStage behind = source();
        behind.put(new Event("k", 1_010, 1), 1_010);
        ahead.put(new Event("k", 1_110, 1), 1_110);
        for (long now = 1_100; now <= 2_000; now += 10) {
            long awaited = Math.max(ahead.task().awaitedMillis(), behind.task().awaitedMillis());
            behind.tick(now, awaited);
            ahead.tick(now, awaited);
        }

        assertThat(lastEnd(ahead, "by-key").idleMillis()).isEqualTo(1_200);
        assertThat(lastEnd(behind, "by-key").clearMillis()).isEqualTo(1_200);
    }

    @Test
    void x4_aMergedPartitionSaysSoForTheParentThatWasAheadToo() {
        Floor further = new Floor(new HashRange(BigInteger.ZERO, BigInteger.TEN), 1_714);
        TestStage merged =
                new TestStage(pipeline(TUMBLING, true, false), "source", Limits.DEFAULT, new Floors(List.of(further)));
        merged.task().restore(new Progress(null, 1_776, 889, 889));

        // The window of 1,714 ends at 1,800: 911 after what event time was at the last arrival.
        assertThat(merged.task().awaitedMillis()).isEqualTo(1_776 + 911);
    }

    @Test
    void x4_whatWasSaidOfIdlenessSurvivesALoad_andWhatWasNotCommittedDoesNot() {
        Exchanges exchanges = new Exchanges();
        Pipeline pipeline = pipeline(TUMBLING, true, false);
        KeyedState state = new KeyedState(4);
        TaskScope scope = new TaskScope(
                pipeline, Limits.DEFAULT, Floors.NONE, new DeadLetter("source", "p"), () -> Progress.NONE);
        exchanges.add("by-key", sender(pipeline, scope));
        exchanges.restore(state, NONE);
        exchanges.idle(500, 470);
        exchanges.addOutputs(new Outbox(), 10, 20, false);
        List<CellChange> changes = new ArrayList<>();
        exchanges.addChanges(changes);
        changes.forEach(state::apply);
        exchanges.committed();
        exchanges.idle(900, 870);
        exchanges.restore(state, 10);

        assertThat(exchanges.isIdleBy(500)).isTrue();
        assertThat(exchanges.isIdleBy(501)).isFalse();
        assertThat(exchanges.idleMillis()).isEqualTo(470);
    }

    private static ExchangeSender sender(Pipeline pipeline, TaskScope scope) {
        Operator keyBy = pipeline.operators().get(1);
        Operator aggregate = pipeline.operators().get(2);
        return new ExchangeSender(
                aggregate.name(),
                (Transform.Aggregate) aggregate.transform(),
                (Transform.KeyBy) keyBy.transform(),
                scope);
    }

    @Test
    void aHotKeyCostsOnePartForEachCommit_andWithoutCombiningOneForEachRecord() {
        List<String> results = new ArrayList<>();
        for (boolean combines : new boolean[] {true, false}) {
            Pipeline pipeline = pipeline(TUMBLING, combines, false);
            TestStage source = new TestStage(pipeline, "source");
            for (int i = 0; i < 50; i++) {
                source.apply(new Event("hot", i, 1), i);
            }
            source.settle();
            List<Part> parts = source.sent("by-key").get(0).parts();
            assertThat(parts).hasSize(combines ? 1 : 50);
            TestStage stage = new TestStage(pipeline, "by-key");
            stage.list(shard(A));
            parts.forEach(part -> stage.take(new Exchanged.OfPart(A, new Mark(1, 1, part.index()), part)));
            stage.take(new Exchanged.OfEnd(
                    A, new Mark(1, 1, 50), new EntryEnd(50, 500, 500, EntryEnd.State.ACTIVE, NONE, NONE)));
            results.addAll(stage.outputs(OUT));
        }
        assertThat(results).containsExactly("hot 100: 50", "hot 100: 50");
    }

    @Test
    void aRecordAndAResultWithoutAKeyAreDeadLetters_andTheOthersAreSent() {
        Pipeline pipeline = pipeline(TUMBLING, true, true);
        TestStage source = new TestStage(pipeline, "source");
        source.apply(new Event("k", 10, 1), 10);
        source.apply(new Event("null", 20, 1), 20);
        source.settle();
        assertThat(source.outputs(Output.DEAD_LETTERS))
                .singleElement()
                .asString()
                .contains("\"null-key\"", "operator 'by-key'", "\"sequence_number\":\"2\"");
        assertThat(source.sent("by-key").get(0).parts()).hasSize(1);
        assertThat(lastEnd(source, "by-key").watermark()).isEqualTo(20);

        TestStage stage = new TestStage(pipeline, "by-key");
        stage.list(shard(A));
        stage.take(part(A, new Mark(1, 1, 0), "nil", 0));
        stage.take(part(A, new Mark(1, 1, 1), "k", 0));
        stage.take(active(A, 1, 100, 100));
        assertThat(stage.outputs(Output.DEAD_LETTERS))
                .singleElement()
                .asString()
                .contains("\"processing-failed\"", "key 'nil'", "operator 'all' has no key");
        assertThat(stage.sent("all").stream().flatMap(parts -> parts.parts().stream()))
                .hasSize(1);
    }

    @Test
    void whatIsLateHere_sinceItsSenderWasIdle_isADeadLetter() {
        TestStage stage = receiver(shard(A), shard(B));
        stage.take(idle(B, 1, NONE, NONE, 1_000, NONE));
        stage.take(active(A, 1, 500, 500));
        stage.take(part(B, new Mark(1, 2, 0), "k", 400));
        stage.take(part(B, new Mark(1, 2, 1), "k", 500));
        stage.take(active(B, 2, 450, 1_100));
        stage.take(active(B, 3, 600, 1_200));
        stage.take(active(A, 2, 600, 1_200));

        assertThat(stage.outputs(Output.DEAD_LETTERS))
                .singleElement()
                .asString()
                .contains("\"late\"", "by-key/aggregate", "\"sequence_number\":\"3\"");
        assertThat(stage.outputs(OUT)).containsExactly("k 600: 1");
        assertThat(stage.counts()).containsEntry(Reason.LATE, 1L);
    }

    @Test
    void whenAnOperatorIsNotThereYet_thenTheBatchComesAgain() {
        TestStage stage = receiver(shard(A));
        Part strange = new Part(0, "gone", new byte[1], 0, 0, new byte[0]);

        assertThatThrownBy(() -> stage.take(new Exchanged.OfPart(A, new Mark(1, 1, 0), strange)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("operator 'gone'");
    }
}
