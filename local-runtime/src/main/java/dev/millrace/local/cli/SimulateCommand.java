package dev.millrace.local.cli;

import dev.millrace.local.simulator.PipelineShape;
import dev.millrace.local.simulator.Profile;
import dev.millrace.local.simulator.Simulator;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace simulate}: tries to break exactly-once. */
@Command(
        name = "simulate",
        description = {
            "Tries to break exactly-once: runs pipelines over simulated services that fail in every way, and checks every result.",
            "One seed decides everything, so what it finds can be seen again."
        })
final class SimulateCommand implements Callable<Integer> {
    private static final int WIDTH = 80;

    private final Surroundings surroundings;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--seed", paramLabel = "SEED", description = "The first seed. ${DEFAULT-VALUE} by default.")
    private long seed;

    @Option(
            names = "--seeds",
            paramLabel = "COUNT",
            description = "How many seeds. " + Simulator.STANDARD_SEEDS + " by default, 1 with --trace.")
    private @Nullable Integer seeds;

    @Option(
            names = "--threads",
            paramLabel = "COUNT",
            description = "How many seeds at once. One for each processor by default.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--pipeline",
            paramLabel = "SHAPE",
            description = "One of ${COMPLETION-CANDIDATES}. Each seed chooses one by default.")
    private @Nullable PipelineShape shape;

    @Option(
            names = "--profile",
            paramLabel = "PROFILE",
            description = "What to do much of: one of ${COMPLETION-CANDIDATES}. Each seed chooses by default.")
    private @Nullable Profile profile;

    @Option(names = "--trace", description = "Print all that happens, step by step.")
    private boolean trace;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    SimulateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        int count = seeds != null ? seeds : trace ? 1 : Simulator.STANDARD_SEEDS;
        requirePositive(spec, "--seeds", count);
        requirePositive(spec, "--threads", threads);
        if (trace && json) {
            throw new ParameterException(spec.commandLine(), "--trace prints lines, and --json none: give one of them");
        }
        // What handlers log of faults is as it should be here.
        System.setProperty("org.slf4j.simpleLogger.log.dev.millrace.lambda", "off");
        PrintWriter out = spec.commandLine().getOut();
        long begun = surroundings.nanoTime().getAsLong();
        Simulator.Report report = run(new Simulator(seed, count, trace ? 1 : threads, shape, profile), count, out);
        double seconds = (double) (surroundings.nanoTime().getAsLong() - begun) / TimeUnit.SECONDS.toNanos(1);
        SimulateReport result =
                new SimulateReport(report, seed, shape, profile, seconds, count >= Simulator.STANDARD_SEEDS);
        out.print(json ? result.toJson() : result.toText());
        out.flush();
        return result.isGood() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private static void requirePositive(CommandSpec spec, String option, int value) {
        if (value < 1) {
            throw new ParameterException(spec.commandLine(), option + " is " + value + ", and must be 1 or more");
        }
    }

    private Simulator.Report run(Simulator simulator, int count, PrintWriter out) {
        if (trace) {
            return simulator.trace(out::println);
        }
        if (!surroundings.isTerminal() || json) {
            return simulator.run(done -> {});
        }
        try (ProgressBar bar = new ProgressBarBuilder()
                .setTaskName("seeds")
                .setInitialMax(count)
                .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                .build()) {
            IntConsumer progress = bar::stepTo;
            return simulator.run(progress);
        }
    }
}
