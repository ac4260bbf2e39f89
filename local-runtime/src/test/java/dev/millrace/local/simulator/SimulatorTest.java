package dev.millrace.local.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatorTest {
    @Test
    void whateverFails_thenResultsAreTheTruth() {
        Simulator.Report report = new Simulator(10_000, 200, 2, null).run(done -> {});

        assertThat(report.violations()).isEmpty();
        assertThat(report.missing()).isEmpty();
    }

    @Test
    void whenASeedIsRunTwice_thenAllHappensAlike() {
        List<String> first = new ArrayList<>();
        List<String> second = new ArrayList<>();

        Simulator.Report once = new Simulator(7, 12, 1, null).trace(first::add);
        Simulator.Report again = new Simulator(7, 12, 1, null).trace(second::add);

        assertThat(second).isEqualTo(first);
        assertThat(again).isEqualTo(once);
        assertThat(new Simulator(7, 12, 1, null).run(done -> {}))
                .as("without a trace")
                .isEqualTo(once);
    }

    @Test
    void whenSeveralThreadsRunSeeds_thenEachHappensAsAlone() {
        assertThat(new Simulator(7, 30, 2, null).run(done -> {}))
                .isEqualTo(new Simulator(7, 30, 1, null).run(done -> {}));
    }

    @Test
    void whenAPipelineIsWanted_thenItIsSimulated() {
        for (PipelineShape shape : PipelineShape.values()) {
            List<String> lines = new ArrayList<>();

            assertThat(new Simulator(1, 3, 1, shape).trace(lines::add).violations())
                    .isEmpty();
            assertThat(lines).anyMatch(line -> line.contains("Pipeline '" + shape + "'"));
        }
    }

    @Test
    void whenAProfileIsWanted_thenSeedsDoMuchOfIt() {
        for (Profile profile : Profile.values()) {
            List<String> lines = new ArrayList<>();

            assertThat(new Simulator(1, 2, 1, null, profile).trace(lines::add).violations())
                    .isEmpty();
            assertThat(lines)
                    .filteredOn(line -> line.contains(profile.sentence()))
                    .as("what %s says of itself", profile)
                    .hasSize(2);
        }
    }
}
