package dev.millrace.local.compare;

import dev.millrace.Pipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How busy each worker of the stage with the skewed keys is, by how partitions come to workers, and with and without combining. */
final class BalanceMeasurement {
    static final String IMBALANCE = "busiest worker, of the mean";

    private static final double SHARE = 0.1;
    private static final double MOST_TIMES = 2;
    private static final int WORKERS = 2;

    private record Arrangement(String text, int partitions, Processing.Workers workers) {}

    private static final Arrangement DEALT =
            new Arrangement("static assignment, 4 partitions", 4, new Processing.Workers.Dealt(WORKERS));
    private static final Arrangement DEALT_FINELY =
            new Arrangement("static assignment, 8 partitions", 8, new Processing.Workers.Dealt(WORKERS));
    private static final Arrangement SHARED =
            new Arrangement("dynamic assignment, 4 partitions", 4, new Processing.Workers.Shared(WORKERS));

    private final ComparedMode mode;
    private final ComparisonSettings settings;
    private final Pipeline pipeline;

    BalanceMeasurement(ComparedMode mode, ComparisonSettings settings, Pipeline pipeline) {
        this.mode = mode;
        this.settings = settings;
        this.pipeline = pipeline;
    }

    /** @param rate about how many records a second the mode does */
    List<Figure> measure(double rate) throws InterruptedException {
        List<Figure> figures = new ArrayList<>();
        // What a mode has no word for is not measured: the runner's threads share no partitions.
        List<Arrangement> arrangements =
                switch (mode) {
                    case MICRO_BATCH -> List.of(DEALT, SHARED);
                    case RECORD_AT_A_TIME -> List.of(DEALT, DEALT_FINELY);
                };
        for (Arrangement arrangement : arrangements) {
            add(figures, arrangement, pipeline, "combining on", rate);
            add(figures, arrangement, pipeline.withoutCombining(), "combining off", rate);
        }
        return figures;
    }

    private void add(List<Figure> figures, Arrangement arrangement, Pipeline variant, String combining, double rate)
            throws InterruptedException {
        double seconds = settings.seconds() * SHARE;
        String load = arrangement.text() + ", " + combining;
        BacklogRun.Outcome outcome = new BacklogRun(mode, settings, variant)
                .run(
                        Math.max(100, (long) (rate * seconds)),
                        arrangement.partitions(),
                        arrangement.workers(),
                        Math.max(MOST_TIMES, MOST_TIMES * seconds));
        Map<String, Long> busy = outcome.busyNanos();
        if (busy.isEmpty()) {
            throw new IllegalStateException("no worker of " + mode + " is known, so none can be seen to be busy");
        }
        int number = 0;
        for (long nanos : busy.values()) {
            figures.add(figure(
                    load, "busy time of worker " + ++number, nanos / (double) TimeUnit.SECONDS.toNanos(1), "CPU-s"));
        }
        figures.add(figure(load, IMBALANCE, imbalance(busy), "ratio"));
        figures.add(figure(load, ThroughputMeasurement.RECORDS_PER_SECOND, outcome.recordsPerSecond(), "records/s"));
    }

    /** 1 where all are as busy. */
    static double imbalance(Map<String, Long> busyNanos) {
        double most =
                busyNanos.values().stream().mapToLong(Long::longValue).max().orElse(0);
        double mean =
                busyNanos.values().stream().mapToLong(Long::longValue).average().orElse(0);
        return mean == 0 ? 1 : most / mean;
    }

    private Figure figure(String load, String metric, double value, String unit) {
        return Figure.of(Aspect.LOAD_BALANCING, mode, load, metric, value, unit);
    }
}
