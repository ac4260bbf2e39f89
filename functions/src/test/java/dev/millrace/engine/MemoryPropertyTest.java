package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engine.Scenario.Input;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Once all windows have closed, nothing of their keys is left: neither in the state log nor in memory. */
class MemoryPropertyTest {
    private static final long LATER_MILLIS = 1_000_000;

    @Provide
    static Arbitrary<Scenario> closing() {
        return Scenarios.scenarios().map(scenario -> {
            List<Input> inputs = new ArrayList<>(scenario.inputs());
            inputs.add(new Input.Tick(2 * LATER_MILLIS, true));
            return new Scenario(
                    scenario.aggregates(),
                    scenario.outOfOrder(),
                    inputs,
                    scenario.limits(),
                    scenario.environments(),
                    scenario.seed());
        });
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void whenAllWindowsHaveClosed_thenNothingIsKept(@ForAll("closing") Scenario scenario) {
        TestEnvironment one =
                BatchingPropertyTest.oneAtATime(scenario, new TestPartition(scenario.pipeline(), scenario.limits()));
        assertThat(ofKeys(one)).isEmpty();
        assertThat(Memory.kept(one.task())).isEmpty();

        TestEnvironment faulty = new FaultyRun(scenario).run();
        assertThat(ofKeys(faulty)).isEmpty();
        assertThat(Memory.kept(faulty.task())).isEmpty();
    }

    /** All but the stage's fingerprint, which stays. */
    private static Map<String, String> ofKeys(TestEnvironment environment) {
        Map<String, String> cells = environment.cells();
        cells.keySet().removeIf(id -> id.startsWith("$source") || id.startsWith("$operator/"));
        return cells;
    }
}
