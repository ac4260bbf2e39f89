package dev.millrace.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.local.simulator.Fault;
import dev.millrace.local.simulator.PipelineShape;
import dev.millrace.local.simulator.Simulator;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SimulateCommandTest {
    private final CommandRun run = new CommandRun(Map.of());

    @Test
    void theLastLine_countsSeedsViolationsAndFaults() {
        assertThat(run.execute("simulate", "--seeds", "3", "--seed", "40")).isZero();

        assertThat(run.out().lines()).first().asString().contains("seeds 40 to 42");
        assertThat(run.out().lines().toList().get((int) run.out().lines().count() - 1))
                .matches("3 seeds, 0 violations, \\d+ of " + Fault.values().length + " faults fired");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void aTrace_isOfOneSeed_unlessMoreAreAskedFor() {
        assertThat(run.execute("simulate", "--seed", "5", "--trace")).isZero();

        assertThat(run.out())
                .contains("step 0: Pipeline ")
                .contains("from here on all goes well")
                .contains("1 seeds, 0 violations");
    }

    @Test
    void json_isForTools() throws IOException {
        assertThat(run.execute("simulate", "--seeds", "2", "--pipeline", "chained", "--threads", "1", "--json"))
                .isZero();

        JsonNode report = new ObjectMapper().readTree(run.out());
        assertThat(report.path("seeds").asInt()).isEqualTo(2);
        assertThat(report.path("violations")).isEmpty();
        assertThat(report.path("faults").size()).isEqualTo(Fault.values().length);
    }

    @Test
    void wrongUsage_isSaid() {
        assertThat(run.execute("simulate", "--seeds", "0")).isEqualTo(2);
        assertThat(run.err()).contains("must be 1 or more");

        CommandRun other = new CommandRun(Map.of());
        assertThat(other.execute("simulate", "--pipeline", "square")).isEqualTo(2);
        assertThat(other.err()).contains("square").contains("single, grouped, chained, sessions");

        CommandRun both = new CommandRun(Map.of());
        assertThat(both.execute("simulate", "--trace", "--json")).isEqualTo(2);
        assertThat(both.err()).contains("--trace").contains("--json");
    }

    @Test
    void aViolation_isToldWithItsSeedStepAndReplay() {
        Map<Fault, Long> faults = new EnumMap<>(Fault.class);
        faults.put(Fault.SPLIT, 0L);
        Simulator.Report found = new Simulator.Report(
                18, List.of(new Simulator.Finding(17, 93, "Pipeline 'grouped'.", "100% of it is wrong")), faults, 1);

        SimulateReport report = new SimulateReport(found, 0, PipelineShape.grouped, null, 1.5, true);

        assertThat(report.isGood()).isFalse();
        assertThat(report.toText())
                .contains("Violated, with seed 17 in step 93: 100% of it is wrong")
                .contains("./millrace simulate --seed 17 --seeds 1 --pipeline grouped --trace")
                .endsWith("18 seeds, 1 violations, 0 of 1 faults fired" + System.lineSeparator());
        assertThat(report.toJson()).contains("\"replay\" : \"./millrace simulate --seed 17");
    }

    @Test
    void aFaultThatNeverHappens_failsAStandardRun() {
        Map<Fault, Long> faults = new EnumMap<>(Fault.class);
        faults.put(Fault.SPLIT, 0L);
        Simulator.Report silent = new Simulator.Report(2_000, List.of(), faults, 1);

        assertThat(new SimulateReport(silent, 0, null, null, 1, true).isGood()).isFalse();
        assertThat(new SimulateReport(silent, 0, null, null, 1, true).toText())
                .contains("Never happened, though it should have: [SPLIT].");
        assertThat(new SimulateReport(silent, 0, null, null, 1, false).isGood()).isTrue();
        assertThat(new SimulateReport(silent, 0, PipelineShape.single, null, 1, true).isGood())
                .isTrue();
    }
}
