package dev.millrace.local.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.local.simulator.Fault;
import dev.millrace.local.simulator.PipelineShape;
import dev.millrace.local.simulator.Simulator;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
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
        if (count < 1 || threads < 1) {
            throw new ParameterException(spec.commandLine(), "--seeds and --threads must be 1 or more");
        }
        if (trace && json) {
            throw new ParameterException(spec.commandLine(), "--trace prints lines, and --json none: give one of them");
        }
        // What handlers log of faults is as it should be here.
        System.setProperty("org.slf4j.simpleLogger.log.dev.millrace.lambda", "off");
        PrintWriter out = spec.commandLine().getOut();
        long begun = surroundings.nanoTime().getAsLong();
        Simulator.Report report = run(new Simulator(seed, count, trace ? 1 : threads, shape), count, out);
        double seconds = (double) (surroundings.nanoTime().getAsLong() - begun) / TimeUnit.SECONDS.toNanos(1);
        // Fewer seeds, and pipelines of one kind, do not come by all faults.
        boolean isComplete = count < Simulator.STANDARD_SEEDS
                || shape != null
                || !report.violations().isEmpty()
                || report.missing().isEmpty();
        out.print(json ? json(report, seconds) : text(report, seconds, isComplete));
        out.flush();
        return report.violations().isEmpty() && isComplete ? ExitCode.OK : ExitCode.SOFTWARE;
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

    private String text(Simulator.Report report, double seconds, boolean isComplete) {
        StringBuilder text = new StringBuilder();
        line(
                text,
                "Ran pipelines over services that fail, with seeds %d to %d: %.1f s, %.0f seeds/s.",
                seed,
                seed + report.seeds() - 1,
                seconds,
                report.seeds() / Math.max(seconds, 0.001));
        for (Simulator.Finding finding : report.violations()) {
            line(text, "%nViolated, with seed %d in step %d: %s", finding.seed(), finding.step(), finding.message());
            line(text, "%s", finding.pipeline());
            line(text, "See it again, step by step: %s%n", replay(finding));
        }
        if (report.violations().isEmpty()) {
            line(text, "All final results, rows and dead letters were those of a naive count of the same records.");
        }
        List<Fault> missing = report.missing();
        if (!missing.isEmpty()) {
            line(text, "%s: %s.", isComplete ? "Never happened" : "Never happened, though it should have", missing);
        }
        int faults = report.faults().size();
        line(
                text,
                "%d seeds, %d violations, %d of %d faults fired",
                report.seeds(),
                report.violations().size(),
                faults - missing.size(),
                faults);
        return text.toString();
    }

    private static void line(StringBuilder text, String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format + "%n", arguments));
    }

    private String replay(Simulator.Finding finding) {
        return "./millrace simulate --seed " + finding.seed() + " --seeds 1"
                + (shape == null ? "" : " --pipeline " + shape) + " --trace";
    }

    private String json(Simulator.Report report, double seconds) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("firstSeed", seed).put("seeds", report.seeds()).put("seconds", seconds);
        var violations = root.putArray("violations");
        for (Simulator.Finding finding : report.violations()) {
            violations
                    .addObject()
                    .put("seed", finding.seed())
                    .put("step", finding.step())
                    .put("message", finding.message())
                    .put("pipeline", finding.pipeline())
                    .put("replay", replay(finding));
        }
        ObjectNode faults = root.putObject("faults");
        report.faults().forEach((fault, times) -> faults.put(fault.name(), times));
        return root.toPrettyString() + System.lineSeparator();
    }
}
