package dev.millrace.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Adds to a benchmark's results how many records it took for each second of its own thread's CPU time. On a machine that
 * others use too, that says more than records per second.
 */
public final class CpuTime implements InternalProfiler {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final LongAdder RECORDS = new LongAdder();
    private static final LongAdder NANOS = new LongAdder();

    /** A piece of work of the thread that began it. */
    static final class Span {
        private final long startNanos = THREADS.getCurrentThreadCpuTime();

        private Span() {}

        void end(long records) {
            NANOS.add(THREADS.getCurrentThreadCpuTime() - startNanos);
            RECORDS.add(records);
        }
    }

    static Span begin() {
        return new Span();
    }

    /** Records per CPU-second since this was last called. */
    static double takeRecordsPerSecond() {
        return RECORDS.sumThenReset() * 1e9 / Math.max(1, NANOS.sumThenReset());
    }

    @Override
    public String getDescription() {
        return "Records per second of CPU time";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        RECORDS.reset();
        NANOS.reset();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        return List.of(
                new ScalarResult("recordsPerCpuSecond", takeRecordsPerSecond(), "records/s", AggregationPolicy.AVG));
    }
}
