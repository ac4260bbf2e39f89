package dev.millrace.local.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/testing.md lists every fault, in its words, and no other. */
class FaultsInDocsTest {
    @Test
    void theTableOfFaults_isTheEnums() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("..", "docs", "testing.md"));

        List<String> table = lines.stream()
                .dropWhile(line -> !line.startsWith("| fault |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .toList();

        assertThat(table)
                .isEqualTo(Arrays.stream(Fault.values())
                        .map(fault -> "| `" + fault + "` | " + fault.description() + " |")
                        .toList());
    }
}
