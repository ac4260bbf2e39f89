package dev.millrace.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopologyCommandTest {
    private static final String COUNTING = TestPipelines.Counting.class.getName();

    private final CommandRun run = new CommandRun(Map.of());

    @Test
    void text_isTheDefault() {
        assertThat(run.execute("topology", COUNTING)).isZero();

        assertThat(run.out())
                .startsWith("pipeline counting\n  state table   counting-state\n")
                .contains("writes  table event-counts (key key, sort key start)");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void everyStage_isShown() {
        assertThat(run.execute("topology", TestPipelines.TwoStages.class.getName()))
                .isZero();

        assertThat(run.out())
                .contains(
                        "stage source\n  reads   stream texts\n  sends   stream two-stages-by-text to stage by-text\n")
                .contains("stage by-text\n  reads   stream two-stages-by-text from stage source\n")
                .contains("writes  table text-counts (key text)");
    }

    @Test
    void otherFormats_areForTools() throws IOException {
        assertThat(run.execute("topology", COUNTING, "--format", "json")).isZero();
        assertThat(new ObjectMapper().readTree(run.out()).path("pipeline").asText())
                .isEqualTo("counting");

        CommandRun mermaid = new CommandRun(Map.of());
        assertThat(mermaid.execute("topology", COUNTING, "--format", "mermaid")).isZero();
        assertThat(mermaid.out()).startsWith("flowchart LR\n");
    }

    @Test
    void anUnknownFormat_isWrongUsage() {
        assertThat(run.execute("topology", COUNTING, "--format", "svg")).isEqualTo(2);

        assertThat(run.err()).contains("svg").contains("text, mermaid, json");
    }

    @ParameterizedTest
    @CsvSource({
        "nowhere, there is no pipeline 'nowhere'",
        "com.example.Missing, is not on the class path",
        "dev.millrace.local.cli.TestPipelines$Abstract, is abstract",
        "dev.millrace.local.cli.TestPipelines$Throwing, threw in define()",
        "dev.millrace.local.cli.TestPipelines$WithoutSink, has no sink",
        "java.lang.String, does not implement"
    })
    void whatIsNoPipeline_isNamedWithTheReason(String pipeline, String why) {
        for (String command : new String[] {"topology", "state"}) {
            CommandRun each = new CommandRun(Map.of());

            assertThat(each.execute(command, pipeline)).isEqualTo(1);

            assertThat(each.err())
                    .startsWith("millrace " + command + ": ")
                    .contains(why)
                    .doesNotContain("\tat ");
            assertThat(each.out()).isEmpty();
        }
    }

    @Test
    void aClassPathThatDoesNotExist_isNamed() {
        assertThat(run.execute("topology", "com.example.Clicks", "--classpath", "no/such.jar"))
                .isEqualTo(1);

        assertThat(run.err()).contains("there is no 'no/such.jar', which --classpath names");
    }
}
