package dev.millrace.local.compare;

import dev.millrace.Pipeline;
import java.util.List;

/** Records a second while there is always more to read, and for each second of CPU time. */
final class ThroughputMeasurement {
    static final String RECORDS_PER_SECOND = "records per second";

    private static final long MOST_RECORDS = 500_000;
    private static final double FIRST_RECORDS_PER_SECOND = 100;
    private static final double SHARE = 0.25;

    private ThroughputMeasurement() {}

    static List<Figure> measure(ComparedMode mode, ComparisonSettings settings, Pipeline pipeline)
            throws InterruptedException {
        BacklogRun backlog = new BacklogRun(mode, settings, pipeline);
        // Twice for warming up, and to learn how many records the time is good for: few would say how long it takes to
        // begin.
        double first = rate(backlog, FIRST_RECORDS_PER_SECOND * settings.seconds());
        double warm = rate(backlog, first * settings.seconds() * SHARE);
        long records = Math.max(100, Math.min(MOST_RECORDS, (long) (warm * settings.seconds() * SHARE)));
        BacklogRun.Outcome outcome = run(backlog, records);
        String load = "backlog";
        return List.of(
                Figure.of(Aspect.THROUGHPUT, mode, load, RECORDS_PER_SECOND, outcome.recordsPerSecond(), "records/s"),
                Figure.of(
                        Aspect.THROUGHPUT,
                        mode,
                        load,
                        "records per CPU-second",
                        outcome.records() / Math.max(1e-3, outcome.cpuSeconds()),
                        "records/CPU-s"),
                Figure.of(Aspect.THROUGHPUT, mode, load, "backlog", (double) records, "records"));
    }

    private static double rate(BacklogRun backlog, double records) throws InterruptedException {
        return run(backlog, Math.max(100, Math.min(MOST_RECORDS, (long) records)))
                .recordsPerSecond();
    }

    private static BacklogRun.Outcome run(BacklogRun backlog, long records) throws InterruptedException {
        BacklogRun.Outcome outcome = backlog.run(
                records, Measurements.SHARDS, new Processing.Workers.Default(), Measurements.PATIENCE_SECONDS);
        if (outcome.records() < records) {
            throw new IllegalStateException(String.format(
                    "a backlog of %,d records was not done within %.0f s: %,.0f were",
                    records, Measurements.PATIENCE_SECONDS, outcome.records()));
        }
        return outcome;
    }
}
