package dev.millrace.local.compare;

import dev.millrace.Pipeline;
import dev.millrace.local.kinesis.PutEntry;
import dev.millrace.plan.Plan;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A backlog, all of it in the stream before anything reads it, and how it is worked off. */
final class BacklogRun {
    private static final int MOST_AT_ONCE = 500;

    private final ComparedMode mode;
    private final ComparisonSettings settings;
    private final Plan plan;

    BacklogRun(ComparedMode mode, ComparisonSettings settings, Pipeline pipeline) {
        this.mode = mode;
        this.settings = settings;
        this.plan = Plan.of(pipeline);
    }

    /**
     * What came of it.
     *
     * @param records whose results were in the table at the end: all, unless time was over
     * @param seconds from the first read until then
     * @param cpuSeconds of the whole process in that time: of what processes, of the stream and of the tables
     * @param busyNanos as {@link Processing#busyNanos}
     */
    record Outcome(double records, double seconds, double cpuSeconds, Map<String, Long> busyNanos) {
        double recordsPerSecond() {
            return records / Math.max(1e-3, seconds);
        }
    }

    /** @param limitSeconds when to end, though not all is done, from the first result on */
    Outcome run(long records, int shards, Processing.Workers workers, double limitSeconds) throws InterruptedException {
        Input input = Input.of(settings);
        AtomicLong firstReadNanos = new AtomicLong();
        AtomicLong cpuNanos = new AtomicLong();
        SinkWatch watch = Measurements.watch(plan, new Probes());
        try (World world = new World(plan, shards)) {
            fill(world, input, records);
            try (Measurements.Run run = Measurements.start(world, mode, settings, workers, watch, (shardId, read) -> {
                if (firstReadNanos.compareAndSet(0, System.nanoTime())) {
                    cpuNanos.set(cpuNanos());
                }
            })) {
                Patience.await("a first result of " + mode, Measurements.PATIENCE_SECONDS, () -> watch.total() > 0);
                boolean isDone = Patience.isInTime(limitSeconds, () -> watch.total() >= input.values());
                long nowNanos = System.nanoTime();
                double cpuSeconds = seconds(cpuNanos() - cpuNanos.get());
                double done = records * (double) watch.total() / input.values();
                Map<String, Long> busy = run.processing().busyNanos();
                if (isDone) {
                    world.check(mode, input.counts());
                }
                return new Outcome(done, seconds(nowNanos - firstReadNanos.get()), cpuSeconds, busy);
            }
        }
    }

    private void fill(World world, Input input, long records) {
        for (long put = 0; put < records; put += MOST_AT_ONCE) {
            List<PutEntry> entries = new ArrayList<>();
            for (long i = put; i < Math.min(records, put + MOST_AT_ONCE); i++) {
                entries.add(input.next(null));
            }
            var unused = world.kinesis().put(plan.sourceStream(), entries);
        }
    }

    private static double seconds(long nanos) {
        return nanos / (double) TimeUnit.SECONDS.toNanos(1);
    }

    private static long cpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }
}
