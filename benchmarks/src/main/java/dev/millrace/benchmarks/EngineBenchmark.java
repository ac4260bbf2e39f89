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
 * Records per second of one task: a count per key in windows of a minute, 10,000 keys (Zipf 1.1), changes committed to the
 * keyed state in memory; grouped by partition key, so that there is one stage ({@link SkewBenchmark} has two). An operation is a record. The records are made before.
 *
 * <p>Run it with the profiler {@link CpuTime}, which adds records per CPU-second. The serial collector works while the
 * thread waits, so what it takes is in the time but not in the CPU time; it is also what a Lambda function gets that has
 * less than two cores.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 1,
        jvmArgs = {"-Xmx1g", "-XX:+UseSerialGC"})
public class EngineBenchmark {
    static final int RECORDS = 10_000;

    /** What the task is given. */
    public enum Form {
        DECODED,
        /** With the event time in milliseconds. */
        JSON,
        /** With the event time as ISO-8601 text. */
        DATED_JSON
    }

    @Param({"DECODED", "JSON", "DATED_JSON"})
    public Form form = Form.DECODED;

    @Param({"1000", "10000"})
    public int recordsPerCommit = RECORDS;

    /** 60,000 is one shard at its limit of 1,000 records a second: some 6,000 of them are the first of their key. */
    @Param({"60000", "1000000"})
    public int recordsPerWindow = 60_000;

    @Param({"DECLARED", "PARTITION_KEY"})
    public Grouping grouping = Grouping.DECLARED;

    private EngineLoad load = new EngineLoad(grouping, form, recordsPerCommit, recordsPerWindow);

    @Setup(Level.Trial)
    public void start() {
        load = new EngineLoad(grouping, form, recordsPerCommit, recordsPerWindow);
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long apply() {
        CpuTime.Span span = CpuTime.begin();
        load.run(RECORDS);
        span.end(RECORDS);
        return load.outputs();
    }
}
