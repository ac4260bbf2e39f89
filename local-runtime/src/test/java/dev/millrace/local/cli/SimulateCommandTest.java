package dev.millrace.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.local.simulator.Fault;
import java.io.IOException;
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
}
