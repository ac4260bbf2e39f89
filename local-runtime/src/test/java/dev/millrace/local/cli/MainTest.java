package dev.millrace.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

class MainTest {
    private final CommandRun run = new CommandRun(Map.of());

    @Test
    void version_isThatOfTheBuild() {
        assertThat(run.execute("--version")).isZero();

        assertThat(run.out()).matches("millrace \\d+\\.\\d+\\.\\d+\\S* \\(Java \\S+\\)\\R");
        assertThat(run.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "put --help",
                "-h",
                "put -h",
                "topology --help",
                "state --help",
                "dev --help",
                "run --help",
                "compare --help"
            })
    void help_isOnStandardOutput(String line) {
        assertThat(run.execute(line.split(" ", -1))).isZero();

        assertThat(run.out())
                .contains("Usage: millrace")
                .contains("Exit codes:")
                .contains("--debug");
        assertThat(run.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "putt",
                "--unknown",
                "put",
                "put clicks",
                "put clicks file extra",
                "put clicks - --rate 0",
                "put clicks - --rate many",
                "compare --pipeline orders",
                "compare --seconds 0",
                "compare --skew -1",
                "compare extra"
            })
    void wrongUsage_isExitCodeTwoWithAHint(String line) {
        assertThat(run.execute(line.isEmpty() ? new String[0] : line.split(" ", -1)))
                .isEqualTo(2);

        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("millrace").contains("--help").doesNotContain("\tat ");
    }

    @Test
    void misspeltOption_isAnsweredWithTheRightOne() {
        assertThat(run.execute("put", "clicks", "-", "--partition-key-feild", "user"))
                .isEqualTo(2);

        assertThat(run.err()).contains("--partition-key-field");
    }

    @Test
    void optionsThatDevAndRunShare_areDescribedInTheSameWords() {
        Map<String, CommandLine> commands =
                Main.commandLine(Surroundings.ofProcess()).getSubcommands();
        CommandSpec dev = Objects.requireNonNull(commands.get("dev")).getCommandSpec();
        CommandSpec other = Objects.requireNonNull(commands.get("run")).getCommandSpec();
        List<OptionSpec> shared = dev.options().stream()
                .filter(option -> other.findOption(option.longestName()) != null)
                .toList();

        assertThat(shared)
                .extracting(OptionSpec::longestName)
                .contains("--port", "--data-dir", "--shards", "--commit-interval", "--workers");
        assertThat(shared)
                .allSatisfy(option -> assertThat(Objects.requireNonNull(other.findOption(option.longestName()))
                                .description())
                        .isEqualTo(option.description()));
    }
}
