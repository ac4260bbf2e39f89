package dev.millrace.benchmarks;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.driver.PartitionSettings;
import dev.millrace.engine.Limits;
import dev.millrace.lambda.HandlerSettings;
import dev.millrace.local.packaged.FunctionLimits;
import dev.millrace.local.packaged.PackagedCode;
import dev.millrace.local.packaged.PackagedFunction;
import dev.millrace.local.packaged.PackagedFunctions;
import dev.millrace.local.packaged.PackagedJar;
import dev.millrace.plan.PipelineLoader;
import dev.millrace.plan.Plan;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * How long a packaged function takes from the start of its process until its first batch, of 100 records, is answered: the
 * first stage of the clickstream sample, and {@link BareHandler} in the same jar, in turns. Both run as on Lambda with 512 MB,
 * started by AWS's runtime interface client, on all of this machine's processors. {@code --rounds N} says how often,
 * {@code --jar JAR} which jar, {@code --json} prints JSON. Linux only.
 */
public final class ColdStart {
    private static final int ROUNDS = 11;
    private static final Path JAR = Path.of("samples/clickstream/target/millrace-sample-clickstream-lambda.jar");
    private static final String BARE_CLASS = BareHandler.class.getName();

    private ColdStart() {}

    /**
     * What a start took.
     *
     * @param millis from the start of the process to the answer
     * @param cpuMillis of CPU time until then, of all threads
     * @param classes loaded by then
     * @param heapBytes used after it and a collection
     */
    record Cost(double millis, double cpuMillis, double classes, double heapBytes) {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> options = List.of(arguments);
        int rounds = Integer.parseInt(option(options, "--rounds", String.valueOf(ROUNDS)));
        // The first round is for the machine's caches, and the state log.
        Map<String, Cost> medians = measure(Path.of(option(options, "--jar", JAR.toString())), 1, rounds);
        if (options.contains("--json")) {
            System.out.println(JsonMapper.builder()
                    .build()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(Map.of("rounds", rounds, "medians", medians)));
        } else {
            print(medians, rounds, System.out);
        }
        // DynamoDB Local leaves a thread that would keep the process for minutes.
        System.exit(0);
    }

    private static String option(List<String> options, String name, String byDefault) {
        int index = options.indexOf(name);
        return index < 0 ? byDefault : options.get(index + 1);
    }

    /**
     * Medians of "packaged" and "bare".
     *
     * @param ignored how many rounds to make before those that count
     */
    static Map<String, Cost> measure(Path jar, int ignored, int rounds) throws IOException, InterruptedException {
        PackagedJar packaged = PackagedJar.open(jar);
        String pipelineClass = packaged.pipelineClasses().get(0);
        Plan plan = Plan.of(PipelineLoader.load(pipelineClass, packaged.classLoader()));
        Path bareJar = withBareHandler(jar);
        List<Cost> packagedCosts = new ArrayList<>();
        List<Cost> bareCosts = new ArrayList<>();
        FunctionLimits limits = FunctionLimits.defaults();
        try (ColdStartWorld world = new ColdStartWorld(plan);
                PackagedFunctions functions = PackagedFunctions.start(
                        PackagedCode.of(packaged, pipelineClass, limits), world.uri(), ColdStart::printError);
                PackagedFunctions bare = PackagedFunctions.start(
                        new PackagedCode(
                                PackagedJar.open(bareJar), BARE_CLASS + "::handleRequest", pipelineClass, limits),
                        world.uri(),
                        ColdStart::printError)) {
            for (int round = 0; round < ignored + rounds; round++) {
                Cost one = start(functions, world);
                Cost other = start(bare, world);
                if (round >= ignored) {
                    packagedCosts.add(one);
                    bareCosts.add(other);
                }
            }
        } finally {
            Files.delete(bareJar);
        }
        return Map.of("packaged", medians(packagedCosts), "bare", medians(bareCosts));
    }

    /** The same jar, so that opening it takes as long, with one class more. */
    private static Path withBareHandler(Path jar) throws IOException {
        Path copy = Files.createTempFile("bare", ".jar");
        Files.write(copy, Files.readAllBytes(jar));
        String name = BARE_CLASS.replace('.', '/') + ".class";
        try (FileSystem files = FileSystems.newFileSystem(copy);
                InputStream in = Objects.requireNonNull(BareHandler.class.getResourceAsStream("/" + name))) {
            Path target = files.getPath(name);
            Files.createDirectories(target.getParent());
            Files.write(target, in.readAllBytes());
        }
        return copy;
    }

    private static void printError(String line) {
        System.err.println(line);
    }

    private static Cost start(PackagedFunctions functions, ColdStartWorld world)
            throws IOException, InterruptedException {
        HandlerSettings settings = new HandlerSettings(
                Optional.of(world.stage().name()),
                Optional.empty(),
                new PartitionSettings("cold-start", true, Duration.ofHours(1), Limits.DEFAULT));
        KinesisEvent batch = world.nextBatch();
        try (PackagedFunction function = functions.function(world.stage().name(), settings)) {
            long start = System.nanoTime();
            if (!function.handle(batch).getBatchItemFailures().isEmpty()) {
                throw new IllegalStateException("the batch failed");
            }
            double millis = (System.nanoTime() - start) / 1e6;
            long pid = function.pids().get(0);
            Duration cpu = ProcessHandle.of(pid)
                    .flatMap(process -> process.info().totalCpuDuration())
                    .orElse(Duration.ZERO);
            JvmCounters counters = JvmCounters.of(pid);
            return new Cost(millis, cpu.toMillis(), counters.classes(), counters.heapBytes());
        }
    }

    private static Cost medians(List<Cost> costs) {
        return new Cost(
                median(costs, Cost::millis),
                median(costs, Cost::cpuMillis),
                median(costs, Cost::classes),
                median(costs, Cost::heapBytes));
    }

    private static double median(List<Cost> costs, ToDoubleFunction<Cost> figure) {
        return Medians.of(costs.stream().mapToDouble(figure).boxed().toList());
    }

    private static void print(Map<String, Cost> medians, int rounds, PrintStream out) {
        Cost packaged = Objects.requireNonNull(medians.get("packaged"));
        Cost bare = Objects.requireNonNull(medians.get("bare"));
        out.println("Start of a process to its first answer, medians of " + rounds + " starts each, in turns");
        out.println(String.format(Locale.ROOT, "%-10s %8s %8s %8s %8s", "", "ms", "CPU-ms", "classes", "heap MB"));
        line(out, "packaged", packaged);
        line(out, "bare", bare);
        out.println(String.format(
                Locale.ROOT,
                "%-10s %8.2f %8.2f %8.2f %8.2f",
                "ratio",
                packaged.millis() / bare.millis(),
                packaged.cpuMillis() / bare.cpuMillis(),
                packaged.classes() / bare.classes(),
                packaged.heapBytes() / bare.heapBytes()));
    }

    private static void line(PrintStream out, String name, Cost cost) {
        out.println(String.format(
                Locale.ROOT,
                "%-10s %8.0f %8.0f %8.0f %8.1f",
                name,
                cost.millis(),
                cost.cpuMillis(),
                cost.classes(),
                cost.heapBytes() / 1e6));
    }
}
