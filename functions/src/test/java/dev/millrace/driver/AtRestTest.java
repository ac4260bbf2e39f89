package dev.millrace.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import dev.millrace.plan.Stage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** X4: where all is quiet a later stage waits for nothing, and metrics say nothing of its event time. */
class AtRestTest {
    private static final long WINDOW_MILLIS = 1_000;

    private final TestStream source = new TestStream(2);
    private final StagesRig rig = new StagesRig(pipeline(), source, 1);
    private final StagesRig.Environment first =
            rig.environment(rig.plan.stages().get(0));
    private final StagesRig.Environment second =
            rig.environment(rig.plan.stages().get(1));

    private static Pipeline pipeline() {
        PipelineBuilder builder = Pipeline.named("quiet");
        builder.from("source", Reading.CODEC, Rig.eventTime())
                .keyBy(Reading::key)
                .window(Windows.tumbling(Duration.ofMillis(WINDOW_MILLIS)))
                .aggregate(Aggregations.count())
                .map(result -> result.key() + " " + result.value())
                .collect(new CollectingSink<>("results", Codecs.string()));
        return builder.build();
    }

    private void deliver(StagesRig.Environment environment, TestStream.Shard shard) {
        if (!shard.isDone()) {
            environment.apply(shard, List.copyOf(shard.records.subList(shard.done, shard.records.size())));
            shard.done = shard.records.size();
        }
    }

    private void goOn(long millis) {
        for (long gone = 0; gone < millis; gone += 50) {
            rig.nowMillis += 50;
            for (StagesRig.Environment environment : List.of(first, second)) {
                Stage stage = rig.plan.stages().get(environment == first ? 0 : 1);
                for (TestStream.Shard shard : rig.input(stage).all()) {
                    deliver(environment, shard);
                    environment.tick(shard);
                }
            }
        }
    }

    private boolean secondIsAtRest() {
        Stage stage = rig.plan.stages().get(1);
        return second.use(rig.input(stage).all().get(0).id, PartitionDriver::isAtRest);
    }

    private long lag() {
        Stage stage = rig.plan.stages().get(1);
        return rig.nowMillis - second.use(rig.input(stage).all().get(0).id, PartitionDriver::eventTimeMillis);
    }

    @Test
    void x4_whenAllWindowsHaveClosed_thenALaterStageIsAtRest_untilSomethingComes() {
        source.put(source.all().get(0), "a", new Reading("a", rig.nowMillis, "x").encoded(), rig.nowMillis);
        goOn(400);
        assertThat(secondIsAtRest()).as("a window is open").isFalse();
        assertThat(lag()).as("idle, and confirmed").isLessThanOrEqualTo(400);

        goOn(10 * WINDOW_MILLIS);
        assertThat(rig.emitter.outputs(Rig.RESULTS)).containsExactly("a 1");
        assertThat(secondIsAtRest()).isTrue();
        assertThat(lag()).as("which grows from now on").isGreaterThan(WINDOW_MILLIS);

        source.put(source.all().get(1), "b", new Reading("b", rig.nowMillis, "x").encoded(), rig.nowMillis);
        goOn(50);
        assertThat(secondIsAtRest()).isFalse();
        assertThat(first.use(source.all().get(0).id, PartitionDriver::isAtRest))
                .as("the source's stage is read to find out")
                .isFalse();
    }
}
