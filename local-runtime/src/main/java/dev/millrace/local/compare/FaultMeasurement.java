package dev.millrace.local.compare;

import dev.millrace.Pipeline;
import dev.millrace.plan.Plan;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The process that processes is ended by SIGKILL under a steady load, and started again at once; the stream and the tables are in
 * this process, which goes on. How soon results are current again, and which records were read again.
 */
final class FaultMeasurement {
    static final String UNTIL_CURRENT = "time from kill until current";
    static final String READ_AGAIN = "records read again";

    private static final int HEAP_MEGABYTES = 512;
    private static final double LOAD = 0.4;
    private static final double SHARE = 0.4;
    private static final double KILL_SHARE = 0.4;
    private static final double WARM_UP_SHARE = 0.2;
    private static final int STEADY_PROBES = 20;
    private static final double STEP_SECONDS = 0.2;
    private static final double MOST_STEADY_SECONDS = 30;

    private final ComparedMode mode;
    private final ComparisonSettings settings;
    private final Plan plan;
    private final Path directory;
    private final Probes probes = new Probes();

    /** @param directory for checkpoints and logs */
    FaultMeasurement(ComparedMode mode, ComparisonSettings settings, Pipeline pipeline, Path directory) {
        this.mode = mode;
        this.settings = settings;
        this.plan = Plan.of(pipeline);
        this.directory = directory;
    }

    /** @param most records a second, of which the load is a part */
    List<Figure> measure(double most) throws InterruptedException {
        Input input = Input.of(settings);
        double seconds = settings.seconds() * SHARE;
        SourceReads before = new SourceReads();
        SourceReads after = new SourceReads();
        try (World world = new World(plan, Measurements.SHARDS)) {
            SteadyLoad load;
            long startNanos;
            long killNanos;
            try (JavaProcess first = start(world, before)) {
                SteadyLoad warmUp = new SteadyLoad(world.kinesis(), plan.sourceStream(), input, probes, LOAD * most);
                // Until the process has begun, and its code is no longer quite cold.
                warmUp.sendUntil(Math.max(1, seconds * WARM_UP_SHARE));
                awaitSeen(first);
                startNanos = System.nanoTime();
                load = warmUp.startAgain();
                double sent = sendUntilSteady(load, startNanos, seconds * KILL_SHARE);
                seconds += sent - seconds * KILL_SHARE;
                killNanos = System.nanoTime();
                first.kill();
            }
            try (JavaProcess second = start(world, after)) {
                load.sendUntil(seconds);
                awaitResults(world, second, input);
            }
            return figures(load, before, after, startNanos, killNanos, LOAD * most);
        }
    }

    /** Goes on until it is known how far behind results are without a fault: how long that took. */
    private double sendUntilSteady(SteadyLoad load, long startNanos, double atLeastSeconds)
            throws InterruptedException {
        double sent = atLeastSeconds;
        load.sendUntil(sent);
        while (sent < MOST_STEADY_SECONDS
                && steady(startNanos, System.nanoTime()).size() < STEADY_PROBES) {
            sent += STEP_SECONDS;
            load.sendUntil(sent);
        }
        return sent;
    }

    private List<Probes.Probe> steady(long startNanos, long killNanos) {
        return probes.all().stream()
                .filter(probe -> probe.intendedNanos() - startNanos >= 0 && probe.seenNanos() - killNanos < 0)
                .toList();
    }

    private void awaitResults(World world, JavaProcess process, Input input) throws InterruptedException {
        awaitSeen(process);
        // Records that are no probes may come a moment later; what is wrong after that is wrong.
        boolean unused = Patience.isInTime(Measurements.PATIENCE_SECONDS, () -> world.total() >= input.values());
        world.check(mode, input.counts());
    }

    private void awaitSeen(JavaProcess process) throws InterruptedException {
        Patience.await("results of all that was put, " + mode, Measurements.PATIENCE_SECONDS, () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException(
                        "the process that processes " + mode + " has ended: " + process.lastWords());
            }
            return probes.unseen() == 0;
        });
    }

    private JavaProcess start(World world, SourceReads reads) {
        return JavaProcess.start(
                ProcessingProcess.class,
                List.of(
                        mode.name(),
                        Json.write(settings),
                        world.uri().toString(),
                        directory.resolve("checkpoints").toString()),
                HEAP_MEGABYTES,
                directory.resolve("processing.log"),
                line -> take(line, reads));
    }

    private void take(String line, SourceReads reads) {
        String[] words = line.split(" ", -1);
        if (words[0].equals(ProcessingProcess.SEEN)) {
            probes.seen(Long.parseLong(words[1]), System.nanoTime());
        } else if (words[0].equals(ProcessingProcess.READ)) {
            reads.read(words[1], words[2], words[3], System.nanoTime());
        }
    }

    private List<Figure> figures(
            SteadyLoad load, SourceReads before, SourceReads after, long startNanos, long killNanos, double rate) {
        List<Probes.Probe> all = probes.all();
        Map<String, List<String>> put = load.sequenceNumbers();
        long steadyNanos = Lag.max(steady(startNanos, killNanos), startNanos, killNanos);
        String text = String.format(Locale.ROOT, "kill -9 at %,.0f records/s", rate);
        return List.of(
                figure(text, UNTIL_CURRENT, seconds(Lag.untilCurrent(all, killNanos, steadyNanos)), "s"),
                figure(text, "time from kill until reading", seconds(after.beganNanos() - killNanos), "s"),
                figure(text, "largest lag", seconds(Lag.max(all, startNanos, System.nanoTime())), "s"),
                figure(text, "largest lag before", seconds(steadyNanos), "s"),
                figure(text, READ_AGAIN, (double) SourceReads.again(before, after, put), "records"));
    }

    private static double seconds(long nanos) {
        return nanos / (double) TimeUnit.SECONDS.toNanos(1);
    }

    private Figure figure(String load, String metric, double value, String unit) {
        return Figure.of(Aspect.FAULT_TOLERANCE, mode, load, metric, value, unit);
    }
}
