package dev.millrace.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How long {@code millrace dev} takes from the start of its Java process, with a heap of 512 MB, until it says that it is
 * ready. Takes the number of starts as its argument; the median counts.
 */
public final class DevStart {
    private static final int STARTS = 7;

    private DevStart() {}

    /**
     * What a start took.
     *
     * @param seconds by the clock
     * @param cpuSeconds of CPU time, of all threads
     */
    record Cost(double seconds, double cpuSeconds) {}

    public static void main(String[] arguments) throws IOException {
        int starts = arguments.length == 0 ? STARTS : Integer.parseInt(arguments[0]);
        Cost median = median(starts);
        System.out.println(String.format(
                Locale.ROOT,
                "ready after %.2f s, %.2f CPU-seconds (medians of %d)",
                median.seconds(),
                median.cpuSeconds(),
                starts));
    }

    static Cost median(int starts) throws IOException {
        List<Double> seconds = new ArrayList<>();
        List<Double> cpuSeconds = new ArrayList<>();
        for (int i = 0; i < starts; i++) {
            Cost cost = start();
            seconds.add(cost.seconds());
            cpuSeconds.add(cost.cpuSeconds());
        }
        return new Cost(Medians.of(seconds), Medians.of(cpuSeconds));
    }

    private static Cost start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.millrace.local.cli.Main",
                        "dev",
                        "clickstream",
                        "--port",
                        "0")
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        long start = System.nanoTime();
        Process process = builder.start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = String.valueOf(out.readLine());
            double seconds = (System.nanoTime() - start) / 1e9;
            Duration cpu = process.info().totalCpuDuration().orElse(Duration.ZERO);
            if (!line.startsWith("millrace ready ")) {
                throw new IllegalStateException("dev did not become ready; it printed: " + line);
            }
            return new Cost(seconds, cpu.toNanos() / 1e9);
        } finally {
            process.destroyForcibly().onExit().join();
        }
    }
}
