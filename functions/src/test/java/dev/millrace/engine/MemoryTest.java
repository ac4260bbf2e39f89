package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Aggregations;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Windows;
import dev.millrace.engine.Scenario.Input;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Memory does not grow with what comes to nothing. */
class MemoryTest {
    private static final long LATER_MILLIS = 1_000_000;

    /** Windows of a century, so that nothing is ever due. */
    private static Pipeline longWindows() {
        PipelineBuilder builder = Pipeline.named("long");
        builder.from("events", Event.CODEC, EventTime.ingestion())
                .keyByPartitionKey(Event::key)
                .window(Windows.tumbling(Duration.ofDays(36_500)))
                .aggregate(Aggregations.count());
        return builder.build();
    }

    private static void apply(TestEnvironment environment, int keys) {
        for (int key = 0; key < keys; key++) {
            environment.task().apply(environment.record(new Event("key-" + key, LATER_MILLIS, 1)), 0);
        }
        environment.finishDue();
    }

    @Test
    void whenABatchIsRolledBackAgainAndAgain_thenMemoryDoesNotGrow() {
        TestEnvironment environment = TestEnvironment.of(longWindows());
        apply(environment, 100);
        environment.commit();
        for (int i = 0; i < 100; i++) {
            apply(environment, 200);
            environment.task().rollback();
        }

        // The keys and their cells, and as many again that are not let go yet.
        assertThat(Memory.kept(environment.task())).hasSizeBetween(200, 1_000);
    }

    @Test
    void whenOthersCommitAgainAndAgain_thenMemoryDoesNotGrow() {
        TestPartition partition = new TestPartition(longWindows(), Limits.DEFAULT);
        TestEnvironment busy = new TestEnvironment(partition);
        TestEnvironment follower = new TestEnvironment(partition);
        for (int i = 0; i < 100; i++) {
            apply(busy, 100);
            busy.commit();
            follower.catchUp();
        }

        assertThat(Memory.kept(follower.task())).hasSizeBetween(200, 1_000);
    }

    @Test
    void whenAWindowIsOpen_thenItsKeyIsFoundInMemory() {
        List<Input> inputs = List.of(new Input.Arrival(new Event("a", LATER_MILLIS, 1), LATER_MILLIS));
        Scenario sample = Scenarios.scenarios().sample();
        Scenario scenario =
                new Scenario(sample.aggregates(), sample.outOfOrder(), inputs, sample.limits(), 1, sample.seed());
        TestEnvironment open =
                BatchingPropertyTest.oneAtATime(scenario, new TestPartition(scenario.pipeline(), scenario.limits()));

        assertThat(Memory.kept(open.task())).hasSizeGreaterThan(1);
    }
}
