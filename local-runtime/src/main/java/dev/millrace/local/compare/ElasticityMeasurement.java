package dev.millrace.local.compare;

import dev.millrace.Pipeline;
import dev.millrace.plan.Plan;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The source's shards double under a steady load: how soon what comes to the new ones is current, and how late it is until then. */
final class ElasticityMeasurement {
    static final String UNTIL_CURRENT = "time until new shards are current";
    static final String LARGEST_LAG = "largest lag";

    private static final double LOAD = 0.4;
    private static final double SHARE = 0.3;
    private static final double BEFORE_SHARE = 0.4;
    private static final double STEADY_FROM_SHARE = 0.2;

    private ElasticityMeasurement() {}

    /** @param most records a second, of which the load is a part */
    static List<Figure> measure(ComparedMode mode, ComparisonSettings settings, Pipeline pipeline, double most)
            throws InterruptedException {
        Plan plan = Plan.of(pipeline);
        Input input = Input.of(settings);
        Probes probes = new Probes();
        SinkWatch watch = Measurements.watch(plan, probes);
        double seconds = settings.seconds() * SHARE;
        long startNanos;
        long splitNanos;
        Set<String> old;
        try (World world = new World(plan, Measurements.SHARDS);
                Measurements.Run run = Measurements.start(
                        world, mode, settings, new Processing.Workers.Default(), watch, (shardId, read) -> {})) {
            startNanos = System.nanoTime();
            SteadyLoad load = new SteadyLoad(world.kinesis(), plan.sourceStream(), input, probes, LOAD * most);
            load.sendUntil(seconds * BEFORE_SHARE);
            old = Set.copyOf(load.sequenceNumbers().keySet());
            splitNanos = System.nanoTime();
            world.kinesis().updateShardCount(plan.sourceStream(), 2 * Measurements.SHARDS);
            load.sendUntil(seconds);
            run.awaitResults(input);
        }
        List<Probes.Probe> all = probes.all();
        long steadyNanos = Lag.max(
                all, startNanos + (long) (seconds * STEADY_FROM_SHARE * TimeUnit.SECONDS.toNanos(1)), splitNanos);
        String text = String.format(
                Locale.ROOT,
                "%d to %d shards at %,.0f records/s",
                Measurements.SHARDS,
                2 * Measurements.SHARDS,
                LOAD * most);
        return List.of(
                figure(mode, text, UNTIL_CURRENT, untilCurrent(all, old, splitNanos, steadyNanos), "s"),
                figure(mode, text, LARGEST_LAG, nanosToSeconds(Lag.max(all, splitNanos, System.nanoTime())), "s"),
                figure(mode, text, "largest lag before", nanosToSeconds(steadyNanos), "s"));
    }

    /** Each new shard must have had a first result, and none may be further behind than all were before. */
    static double untilCurrent(List<Probes.Probe> all, Set<String> old, long splitNanos, long steadyNanos) {
        Map<String, Long> firsts = new TreeMap<>();
        List<Probes.Probe> ofNew =
                all.stream().filter(probe -> !old.contains(probe.shardId())).toList();
        ofNew.forEach(probe -> firsts.merge(probe.shardId(), probe.seenNanos() - splitNanos, Math::min));
        long first = firsts.values().stream().mapToLong(Long::longValue).max().orElse(0);
        return nanosToSeconds(Math.max(first, Lag.untilCurrent(ofNew, splitNanos, steadyNanos)));
    }

    private static double nanosToSeconds(long nanos) {
        return nanos / (double) TimeUnit.SECONDS.toNanos(1);
    }

    private static Figure figure(ComparedMode mode, String load, String metric, double value, String unit) {
        return Figure.of(Aspect.ELASTICITY, mode, load, metric, value, unit);
    }
}
