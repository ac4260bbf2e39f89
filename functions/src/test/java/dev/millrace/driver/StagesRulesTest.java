package dev.millrace.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.ErrorPolicy;
import dev.millrace.EventTime;
import dev.millrace.KeyedStream;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import dev.millrace.plan.Stage;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Stages together, in situations that the schedules seldom or never come to. */
class StagesRulesTest {
    private static final String RESULTS = "collection:results";
    private static final Windows WINDOWS = Windows.tumbling(Duration.ofMillis(100));

    private final TestStream source = new TestStream(1);
    private final Map<Stage, StagesRig.Environment> environments = new HashMap<>();

    private static CollectingSink<String> results() {
        return new CollectingSink<>("results", Codecs.string());
    }

    private static PipelineBuilder readings() {
        return Pipeline.named("readings").onError(ErrorPolicy.DEAD_LETTER).deadLetters("letters");
    }

    private StagesRig.Environment environment(StagesRig rig, Stage stage) {
        return environments.computeIfAbsent(stage, rig::environment);
    }

    private static void deliver(StagesRig.Environment environment, TestStream.Shard shard) {
        if (!shard.isDone()) {
            assertThat(environment.apply(shard, List.copyOf(shard.records.subList(shard.done, shard.records.size()))))
                    .isEqualTo(new BatchResult.Done());
            shard.done = shard.records.size();
        }
    }

    private void deliverAndTick(StagesRig rig) {
        for (Stage stage : rig.plan.stages()) {
            for (TestStream.Shard shard : rig.input(stage).all()) {
                deliver(environment(rig, stage), shard);
                environment(rig, stage).tick(shard);
            }
        }
    }

    private void goOn(StagesRig rig, int ticks, long millis) {
        for (int i = 0; i < ticks; i++) {
            rig.nowMillis += millis;
            deliverAndTick(rig);
        }
    }

    @Test
    void x4_whenAParentIsGoneFromTheList_thenItsChildStillHoldsBack() {
        PipelineBuilder builder = readings();
        builder.from("source", Reading.CODEC, Rig.eventTime())
                .keyBy(Reading::key)
                .window(WINDOWS)
                .aggregate(Aggregations.count())
                .map(result -> result.key() + " " + result.value())
                .collect(results());
        StagesRig rig = new StagesRig(builder.build(), source, 1);
        Stage first = rig.plan.stages().get(0);
        Stage second = rig.plan.stages().get(1);
        TestStream.Shard parent = source.all().get(0);
        TestStream.Shard sent = rig.input(second).all().get(0);
        source.put("a", 10);
        deliver(environment(rig, first), parent);
        List<TestStream.Shard> children = source.split(parent);
        source.put(children.get(0), "s", new Reading("s", Rig.BASE + 20, "x").encoded(), Rig.BASE + 1000);
        source.put(children.get(1), "q", new Reading("q", Rig.BASE + 5000, "x").encoded(), Rig.BASE + 1000);

        // One child is stuck, until long after the parent's records have expired.
        deliver(environment(rig, first), children.get(1));
        source.forget(parent);
        deliver(environment(rig, second), sent);
        deliver(environment(rig, first), children.get(0));
        deliver(environment(rig, second), sent);
        goOn(rig, 60, 100);

        assertThat(Rig.letters(rig.emitter)).isEmpty();
        assertThat(rig.emitter.outputs(RESULTS)).containsExactlyInAnyOrder("a 1", "s 1", "q 1");
    }

    @Test
    void t1_inProcessingTime_whenRecordsWereProcessedLongAfterTheirArrival_thenEventTimeIsNotAheadOfTheClock() {
        PipelineBuilder builder = readings();
        builder.from("source", Reading.CODEC, EventTime.processing())
                .keyBy(Reading::key)
                .window(Windows.tumbling(Duration.ofMinutes(1)))
                .aggregate(Aggregations.count())
                .map(result -> result.key() + " " + result.value())
                .collect(results());
        StagesRig rig = new StagesRig(builder.build(), source, 1);
        source.put("k", 0);
        rig.nowMillis = Rig.BASE + 600_000;
        deliverAndTick(rig);
        goOn(rig, 4, 30_000);
        rig.nowMillis += 1_000;
        source.put(source.all().get(0), "k", new Reading("k", Rig.BASE, "x").encoded(), rig.nowMillis);
        goOn(rig, 20, 60_000);

        assertThat(Rig.letters(rig.emitter)).isEmpty();
        assertThat(rig.emitter.outputs(RESULTS)).containsExactly("k 1", "k 1");
    }

    @Test
    void e5_whenNoWindowsWait_thenIdlePartitionsStopWriting() {
        for (long aheadMillis : new long[] {-100, 0, 100}) {
            environments.clear();
            TestStream records = new TestStream(1);
            PipelineBuilder builder = readings();
            builder.from("source", Reading.CODEC, Rig.eventTime())
                    .keyBy(Reading::key)
                    .aggregate(Aggregations.count())
                    .map(result -> result.key() + " " + result.value())
                    .collect(results());
            StagesRig rig = new StagesRig(builder.build(), records, 2);
            records.put("k", 1_000 + aheadMillis);
            rig.nowMillis = Rig.BASE + 1_000;
            goOn(rig, 50, 60_000);

            assertThat(rig.input(rig.plan.stages().get(1)).all())
                    .allSatisfy(shard -> assertThat(shard.records).hasSizeLessThanOrEqualTo(2));
        }
    }

    @Test
    void x3_whenTheFirstStageHasWindowsToo_andTicksComeToAnotherEnvironment_thenNothingIsLate() {
        PipelineBuilder builder = readings();
        KeyedStream<String, Result<String, Long>> all = builder.from("source", Reading.CODEC, Rig.eventTime())
                .keyByPartitionKey(Reading::key)
                .window(WINDOWS)
                .aggregate(Aggregations.count())
                .keyBy(result -> "all")
                .named("all");
        all.window(Windows.tumbling(Duration.ofSeconds(10)))
                .aggregate(Aggregations.sumLong((Result<String, Long> result) -> result.value()))
                .map(result -> "sum " + result.value())
                .collect(results());
        StagesRig rig = new StagesRig(builder.build(), source, 1);
        Stage first = rig.plan.stages().get(0);
        Stage second = rig.plan.stages().get(1);
        StagesRig.Environment ticks = rig.environment(first);
        TestStream.Shard shard = source.all().get(0);
        TestStream.Shard sent = rig.input(second).all().get(0);
        for (long offset : new long[] {10, 900, 3_200}) {
            source.put(shard, "k", new Reading("k", Rig.BASE + offset, "x").encoded(), rig.nowMillis);
            deliver(environment(rig, first), shard);
            deliver(environment(rig, second), sent);
            for (int i = 0; i < 3; i++) {
                rig.nowMillis += 100;
                ticks.tick(shard);
                deliver(environment(rig, second), sent);
            }
        }
        for (int i = 0; i < 200; i++) {
            rig.nowMillis += 100;
            ticks.tick(shard);
            deliver(environment(rig, second), sent);
        }

        assertThat(Rig.letters(rig.emitter)).isEmpty();
        assertThat(rig.emitter.outputs(RESULTS)).containsExactly("sum 3");
    }

    @Test
    void l4_whenFiringsTogetherAreTooMuchForAPart_thenTheyAreSentInSmallerOnes() {
        PipelineBuilder builder = readings();
        builder.from("source", Reading.CODEC, Rig.eventTime())
                .keyBy(Reading::key)
                .named("by-key")
                .window(WINDOWS)
                .aggregate(Aggregations.count())
                .map(result -> result.key() + " ".repeat(1_000))
                .keyBy(text -> text.startsWith("k") ? "many" : "few")
                .named("groups")
                .window(WINDOWS)
                .aggregate(Aggregations.reduce((left, right) -> left + right, Codecs.string()))
                .map(result -> result.key() + " " + result.value().strip())
                .collect(results());
        StagesRig rig = new StagesRig(builder.build(), source, 1);
        for (int i = 0; i < 400; i++) {
            source.put("k" + i, 10);
        }
        source.put("z", 20);
        source.put("z", 500);
        rig.nowMillis = Rig.BASE + 1_000_000;
        goOn(rig, 40, 100);

        // What is too much for one key's state fails there, and nothing else does.
        assertThat(rig.emitter.outputs(RESULTS)).contains("few z", "few z");
        assertThat(rig.emitter.outputs("$dead-letters"))
                .isNotEmpty()
                .allSatisfy(letter -> assertThat(letter).contains("\"stage\":\"groups\"", "many"));
    }
}
