package dev.millrace.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import dev.millrace.driver.Batch;
import dev.millrace.driver.NotDrainedException;
import dev.millrace.driver.ShardInfo;
import dev.millrace.driver.StreamShards;
import dev.millrace.engine.HashRange;
import dev.millrace.engine.Position;
import dev.millrace.metrics.Metric;
import dev.millrace.metrics.PartitionReport;
import dev.millrace.plan.Plan;
import dev.millrace.sink.OutboxEmitter;
import dev.millrace.state.InMemoryStateLogStore;
import dev.millrace.state.StateLogStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is reported where a shard takes over from another (R1, R2). */
class TakeoverMetricsTest {
    private static final String CHILD = "shardId-000000000007";

    private final List<PartitionReport> reports = new ArrayList<>();
    private final SteppingClock clock = new SteppingClock(Events.BASE + 60_000);
    private final StateLogStore store = new InMemoryStateLogStore();
    private final OneAfterTheOther shards = new OneAfterTheOther();
    private final Partitions partitions = partitions();

    private Partitions partitions() {
        PipelineBuilder builder = Pipeline.named("taken-over");
        builder.from("input", Codecs.string(), EventTime.extracted(Events::time, Duration.ZERO))
                .keyByPartitionKey(Events::key)
                .window(Windows.tumbling(Duration.ofMillis(100)))
                .aggregate(Aggregations.count())
                .map(TakeoverMetricsTest::text)
                .collect(new CollectingSink<>("results", Codecs.string()));
        Pipeline pipeline = builder.build();
        Plan plan = Plan.of(pipeline);
        OutboxEmitter emitter = new OutboxEmitter(
                pipeline,
                () -> {
                    throw new AssertionError("no tables");
                },
                () -> {
                    throw new AssertionError("no streams");
                },
                pause -> {});
        return new Partitions(
                plan,
                plan.stages().get(0),
                shards,
                List::of,
                () -> store,
                emitter,
                HandlerSettings.of(Map.of()),
                Partitions::newWriter,
                new PartitionMeter.Reporting(reports::add, clock),
                Long.MAX_VALUE);
    }

    private static String text(Result<String, Long> result) {
        return result.key() + ": " + result.value();
    }

    private void batch(String shard, int first, String text) {
        partitions.use(
                shard,
                Cause.batch(clock.millis(), 1),
                driver -> driver.apply(new Batch(KinesisEventReader.items(Events.batch(first, text)), clock.millis())));
    }

    @Test
    void r2_whenAShardTakesOver_thenItsParentIsReportedToo_withoutALag() {
        batch(Events.SHARD, 1, "a,10");
        reports.clear();

        batch(CHILD, 2, "a,20");

        assertThat(reports)
                .extracting(PartitionReport::shard)
                .as("proven drained, sealed, and then the child")
                .containsExactly(Events.SHARD, Events.SHARD, CHILD);
        assertThat(reports.get(1).values())
                .doesNotContainKeys(Metric.BATCH_DURATION, Metric.RECORDS, Metric.FAILURES, Metric.WATERMARK_LAG)
                .containsEntry(Metric.LOADS, 0.0);
        assertThat(reports.get(2).values())
                .containsEntry(Metric.RECORDS, 1.0)
                .containsEntry(Metric.LOADS, 1.0)
                .containsEntry(Metric.WATERMARK_LAG, 60_000.0 - 20);
    }

    @Test
    void r1_whenAShardWaitsForItsParent_thenThatIsNoFailure() {
        batch(Events.SHARD, 1, "a,10");
        shards.isDrained = false;
        reports.clear();

        assertThatThrownBy(() -> batch(CHILD, 2, "a,20")).isInstanceOf(NotDrainedException.class);

        assertThat(reports.get(reports.size() - 1).shard()).isEqualTo(CHILD);
        assertThat(reports.get(reports.size() - 1).values())
                .containsEntry(Metric.FAILURES, 0.0)
                .doesNotContainKey(Metric.STATE_SIZE);
    }

    /** A shard that is closed, and the one that came of it. */
    private static final class OneAfterTheOther implements StreamShards {
        private boolean isDrained = true;

        @Override
        public List<ShardInfo> list() {
            return List.of(
                    new ShardInfo(Events.SHARD, List.of(), HashRange.ALL, false),
                    new ShardInfo(CHILD, List.of(Events.SHARD), HashRange.ALL, true));
        }

        @Override
        public boolean isReadAfter(String shardId, @Nullable Position position) {
            return isDrained;
        }
    }
}
