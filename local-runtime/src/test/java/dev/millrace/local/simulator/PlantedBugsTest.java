package dev.millrace.local.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Does it find bugs? Each that is planted must be found, within a quarter of what a standard run takes. */
class PlantedBugsTest {
    private static final int MOST_SEEDS = Simulator.STANDARD_SEEDS / 4;

    @ParameterizedTest
    @EnumSource
    void whatIsPlanted_isFound(PlantedBug bug) {
        Simulator.Report report = new Simulator(0, MOST_SEEDS, 1, null, bug.wirings()).run(done -> {});

        List<Simulator.Finding> violations = report.violations();
        System.out.println(bug.name() + " (" + bug + "): "
                + (violations.isEmpty()
                        ? "not found in " + report.seeds() + " seeds"
                        : "found by seed " + violations.get(0).seed() + ", of " + report.seeds() + ": "
                                + violations.get(0).message()));
        assertThat(violations).as(bug.toString()).isNotEmpty();
    }
}
