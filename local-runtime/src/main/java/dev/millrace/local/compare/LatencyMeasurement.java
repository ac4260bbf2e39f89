package dev.millrace.local.compare;

import dev.millrace.Pipeline;
import dev.millrace.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** From when a record should be put until a row in the table covers it, at three loads. */
final class LatencyMeasurement {
    /** Of what the slower mode does at most, so that both are under the same load. */
    private static final double[] LOADS = {0.1, 0.4, 0.7};

    /** For each load. */
    private static final double SHARE = 0.2;

    private static final double WARM_UP_LOAD = 0.4;
    private static final double WARM_UP_SHARE = 0.05;
    private static final int DIGITS = 3;
    private static final double MICROS_PER_MILLI = 1_000;

    private final ComparedMode mode;
    private final ComparisonSettings settings;
    private final Plan plan;
    private final Input input;

    LatencyMeasurement(ComparedMode mode, ComparisonSettings settings, Pipeline pipeline) {
        this.mode = mode;
        this.settings = settings;
        this.plan = Plan.of(pipeline);
        this.input = Input.of(settings);
    }

    /** @param most records a second, of which the loads are a part each */
    List<Figure> measure(double most) throws InterruptedException {
        List<Figure> figures = new ArrayList<>();
        Probes probes = new Probes();
        SinkWatch watch = Measurements.watch(plan, probes);
        try (World world = new World(plan, Measurements.SHARDS);
                Measurements.Run run = Measurements.start(
                        world, mode, settings, new Processing.Workers.Default(), watch, (shardId, read) -> {})) {
            long number = send(world, probes, WARM_UP_LOAD * most, settings.seconds() * WARM_UP_SHARE);
            for (double load : LOADS) {
                long from = number;
                number = send(world, probes, load * most, settings.seconds() * SHARE);
                add(figures, load, load * most, histogram(probes, from));
            }
            run.awaitResults(input);
        }
        return figures;
    }

    /** Returns once all that was sent has its result: the number that the next record has. */
    private long send(World world, Probes probes, double rate, double seconds) throws InterruptedException {
        new SteadyLoad(world.kinesis(), plan.sourceStream(), input, probes, rate).sendUntil(seconds);
        Patience.await(
                "results of all that was put, " + mode, Measurements.PATIENCE_SECONDS, () -> probes.unseen() == 0);
        return input.records();
    }

    private static Histogram histogram(Probes probes, long from) {
        Histogram histogram = new Histogram(DIGITS);
        probes.all().stream()
                .filter(probe -> probe.number() >= from)
                .forEach(probe -> histogram.recordValue(TimeUnit.NANOSECONDS.toMicros(probe.latencyNanos())));
        return histogram;
    }

    private void add(List<Figure> figures, double load, double rate, Histogram micros) {
        String text = String.format(Locale.ROOT, "%.0f %% (%,.0f records/s)", load * 100, rate);
        figures.add(millis(text, "p50", micros.getValueAtPercentile(50)));
        figures.add(millis(text, "p99", micros.getValueAtPercentile(99)));
        figures.add(millis(text, "p99.9", micros.getValueAtPercentile(99.9)));
        figures.add(millis(text, "max", micros.getMaxValue()));
        figures.add(Figure.of(Aspect.LATENCY, mode, text, "samples", (double) micros.getTotalCount(), "records"));
    }

    private Figure millis(String load, String metric, long micros) {
        return Figure.of(Aspect.LATENCY, mode, load, metric, micros / MICROS_PER_MILLI, "ms");
    }
}
