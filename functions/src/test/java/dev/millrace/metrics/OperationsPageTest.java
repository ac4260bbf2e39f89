package dev.millrace.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What docs/operations.md says of metrics is what they say of themselves. */
class OperationsPageTest {
    private static String row(Metric metric) {
        return "| `" + metric.cloudWatchName() + "` | " + metric.unit().cloudWatchName() + " | " + metric.meaning()
                + " | " + metric.action() + " |";
    }

    @Test
    void thePageHasEachMetricAsItIs_andNoOther() throws IOException {
        List<String> rows = Files.readAllLines(Path.of("..", "docs", "operations.md")).stream()
                .dropWhile(line -> !line.equals("## Metrics"))
                .skip(1)
                .takeWhile(line -> !line.startsWith("## "))
                .filter(line -> line.startsWith("| `"))
                .toList();

        assertThat(rows)
                .containsExactlyElementsOf(Arrays.stream(Metric.values())
                        .map(OperationsPageTest::row)
                        .toList());
    }
}
