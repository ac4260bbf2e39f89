package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Emission;
import dev.millrace.Windows;
import dev.millrace.engine.Scenario.Input;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * However records are split into batches, and whatever fails between, the final results, the late records and the state are
 * those of one record at a time, and those of a model that knows nothing of batches.
 */
class BatchingPropertyTest {
    /** A session's end, then whether it was sent. */
    private static final String EMITTED = "^((?:\\w+ ){8})\\w+";

    @Provide
    Arbitrary<Scenario> scenarios() {
        return Scenarios.scenarios();
    }

    @Property(tries = 600, edgeCases = EdgeCasesMode.NONE)
    void whenRecordsAreAppliedOneAtATime_thenResultsAreThoseOfTheReference(@ForAll("scenarios") Scenario scenario) {
        TestPartition partition = new TestPartition(scenario.pipeline(), scenario.limits());
        oneAtATime(scenario, partition);
        assertThat(scenario.committed(partition)).isEqualTo(scenario.expected());
    }

    @Property(tries = 800, edgeCases = EdgeCasesMode.NONE)
    void whenRecordsAreAppliedInBatchesWithFaults_thenResultsAndStateAreThoseOfOneAtATime(
            @ForAll("scenarios") Scenario scenario) {
        TestPartition partition = new TestPartition(scenario.pipeline(), Limits.DEFAULT);
        TestEnvironment expected = oneAtATime(scenario, partition);
        FaultyRun run = new FaultyRun(scenario);
        TestEnvironment actual = run.run();
        assertThat(scenario.committed(run.partition())).isEqualTo(scenario.committed(partition));
        assertThat(aggregates(scenario, actual)).isEqualTo(aggregates(scenario, expected));
        assertThat(run.partition().progress()).isEqualTo(partition.progress());
    }

    static TestEnvironment oneAtATime(Scenario scenario, TestPartition partition) {
        TestEnvironment environment = new TestEnvironment(partition);
        for (int i = 0; i < scenario.inputs().size(); i++) {
            Input input = scenario.inputs().get(i);
            if (input instanceof Input.Arrival arrival) {
                environment.task().apply(FaultyRun.record(i, arrival), arrival.arrivalMillis());
            } else if (input instanceof Input.Tick tick) {
                environment.task().tick(tick.nowMillis(), tick.isIdle(), Scenario.IDLE_TIMEOUT);
            }
            environment.finishDue();
            environment.commit();
        }
        return environment;
    }

    /** The cells, without what says which updates were sent: that depends on how records were batched. */
    private static Map<String, String> aggregates(Scenario scenario, TestEnvironment environment) {
        Map<String, String> cells = new TreeMap<>(environment.cells());
        cells.keySet().removeIf(name -> name.endsWith("/" + AggregateCommit.UPDATE_CELL));
        for (int i = 0; i < scenario.aggregates().size(); i++) {
            Scenario.Aggregate aggregate = scenario.aggregates().get(i);
            if (aggregate.windows() instanceof Windows.Session && aggregate.emission() instanceof Emission.Every) {
                String operator = "source/keyBy/aggregate" + (i == 0 ? "" : "-2") + "/";
                cells.replaceAll((name, hex) -> name.startsWith(operator) ? hex.replaceFirst(EMITTED, "$1?") : hex);
            }
        }
        return cells;
    }
}
