package dev.millrace.samples.wordcount;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code millrace compare} in a process of its own, for a second of each aspect. */
class CompareCommandTest {
    private static final Set<String> ASPECTS =
            Set.of("latency", "throughput", "load balancing", "elasticity", "fault tolerance");
    private static final Set<String> MODES = Set.of("micro-batch", "record-at-a-time");
    private static final int MINUTES = 8;

    /** That the exit code is 0 says, too, that in each run the counts of both modes were those of a plain count. */
    @Test
    void figures_areOfAllAspectsInBothModes(@TempDir Path directory) throws Exception {
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        Path out = directory.resolve("out.json");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.millrace.local.cli.Main"));
        command.addAll(List.of("compare", "--seconds", "1", "--json"));
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }

        check(new JsonMapper().readTree(out.toFile()));
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left.filter(file -> file.toString().contains("millrace-compare")))
                    .isEmpty();
        }
    }

    private static void check(JsonNode figures) {
        assertThat(figures.isArray()).isTrue();
        Map<String, Set<String>> modesByAspect = new HashMap<>();
        Map<String, Set<String>> loadsOfLatency = new HashMap<>();
        for (JsonNode figure : figures) {
            assertThat(figure.fieldNames())
                    .toIterable()
                    .containsExactly("aspect", "mode", "load", "metric", "value", "unit");
            assertThat(figure.path("value").isNumber()).isTrue();
            assertThat(figure.path("value").asDouble()).isNotNegative().isLessThan(1e7);
            String aspect = figure.path("aspect").asText();
            String mode = figure.path("mode").asText();
            modesByAspect.computeIfAbsent(aspect, name -> new TreeSet<>()).add(mode);
            if (aspect.equals("latency")) {
                loadsOfLatency
                        .computeIfAbsent(mode, name -> new TreeSet<>())
                        .add(figure.path("load").asText());
            }
        }
        assertThat(modesByAspect.keySet()).isEqualTo(ASPECTS);
        assertThat(modesByAspect.values()).allSatisfy(modes -> assertThat(modes).isEqualTo(MODES));
        assertThat(loadsOfLatency.values())
                .allSatisfy(loads -> assertThat(loads).hasSize(3));
        assertThat(loadsOfLatency.get("micro-batch")).isEqualTo(loadsOfLatency.get("record-at-a-time"));
        for (String mode : MODES) {
            checkLatency(figures, mode, loadsOfLatency.getOrDefault(mode, Set.of()));
            assertThat(value(figures, mode, "backlog", "records per second")).isPositive();
            assertThat(value(
                            figures,
                            mode,
                            "static assignment, 4 partitions, combining on",
                            "busiest worker, of the mean"))
                    .isBetween(1.0, 2.0);
        }
        assertThat(value(
                        figures,
                        "micro-batch",
                        "dynamic assignment, 4 partitions, combining off",
                        "busy time of worker 2"))
                .isNotNegative();
    }

    private static void checkLatency(JsonNode figures, String mode, Set<String> loads) {
        for (String load : loads) {
            assertThat(value(figures, mode, load, "p50")).isPositive();
            assertThat(value(figures, mode, load, "p99")).isGreaterThanOrEqualTo(value(figures, mode, load, "p50"));
            assertThat(value(figures, mode, load, "p99.9")).isGreaterThanOrEqualTo(value(figures, mode, load, "p99"));
            assertThat(value(figures, mode, load, "max") * 1.01)
                    .isGreaterThanOrEqualTo(value(figures, mode, load, "p99.9"));
            assertThat(value(figures, mode, load, "samples")).isPositive();
        }
    }

    private static double value(JsonNode figures, String mode, String load, String metric) {
        for (JsonNode figure : figures) {
            if (figure.path("mode").asText().equals(mode)
                    && figure.path("load").asText().equals(load)
                    && figure.path("metric").asText().equals(metric)) {
                return figure.path("value").asDouble();
            }
        }
        throw new AssertionError("no " + metric + " of " + mode + " at " + load + " in " + figures);
    }
}
