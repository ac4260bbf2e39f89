package dev.millrace.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Records per second where purchases are grouped by {@code keyBy}, in a stage of its own: of the sender's task alone, of it
 * and the packing of what it sends, and of both stages' tasks together, in one thread. 1,000 records make a commit. An
 * operation is a record, which is decoded before.
 *
 * <p>As {@link EngineBenchmark}, to be run with the profiler {@link CpuTime}. {@link SkewComparison} compares the keys'
 * distributions in one run.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 1,
        jvmArgs = {"-Xmx1g", "-XX:+UseSerialGC"})
public class SkewBenchmark {
    static final int RECORDS = 10_000;

    @Param({"UNIFORM", "HALF_ONE_KEY", "ZIPF"})
    public Keys keys = Keys.UNIFORM;

    private StagesLoad load = new StagesLoad(keys, Grouping.KEY_BY);

    @Setup(Level.Trial)
    public void start() {
        load = new StagesLoad(keys, Grouping.KEY_BY);
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long sender() {
        CpuTime.Span span = CpuTime.begin();
        load.runSender(RECORDS);
        span.end(RECORDS);
        return load.sentBytes();
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long senderAndPacker() {
        CpuTime.Span span = CpuTime.begin();
        load.runSenderAndPacker(RECORDS);
        span.end(RECORDS);
        return load.sentBytes();
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long bothStages() {
        CpuTime.Span span = CpuTime.begin();
        load.run(RECORDS);
        span.end(RECORDS);
        return load.results();
    }
}
