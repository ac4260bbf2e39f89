package dev.millrace.local.view;

import dev.millrace.engine.Output;
import dev.millrace.engine.Parts;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import dev.millrace.sink.IdentifiedOutput;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What is seen of a stage. Safe for use by several threads. */
final class StageWatch {
    private static final int MOST_OUTPUTS = 200;
    private static final int MOST_DEAD_LETTERS = 50;
    private static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(1);
    private static final long LARGEST_BATCH = 100_000;

    private final Plan plan;
    private final Stage stage;
    private final Clock clock;
    private final Map<String, SinkWatch> sinks = new HashMap<>();
    private final Map<String, ShardReads> reads = new ConcurrentHashMap<>();
    private final Map<String, PartitionWatch> partitions = new ConcurrentHashMap<>();
    private final Map<Object, Long> sending = new ConcurrentHashMap<>();
    private final LongAdder failures = new LongAdder();
    private final Distribution recordMicros = new Distribution(LONGEST_MICROS);
    private final Distribution batchMicros = new Distribution(LONGEST_MICROS);
    private final Distribution batchRecords = new Distribution(LARGEST_BATCH);
    private final Distribution sendingMicros = new Distribution(LONGEST_MICROS);
    private final Rate records = new Rate(this::recordsDone);
    private final Rate commits = new Rate(() -> sum(PartitionState::commits));
    private final Rate writeUnits = new Rate(() -> sum(PartitionState::writeUnits));
    private final Rate readUnits = new Rate(() -> sum(PartitionState::readUnits));

    StageWatch(Plan plan, Stage stage, Clock clock) {
        this.plan = plan;
        this.stage = stage;
        this.clock = clock;
        stage.operators().forEach(name -> sinks.put(name, new SinkWatch(MOST_OUTPUTS)));
        stage.exchanges().forEach(exchange -> sinks.put(Output.EXCHANGE + exchange.stage(), new SinkWatch(0)));
        sinks.put(Output.DEAD_LETTERS, new SinkWatch(MOST_DEAD_LETTERS));
    }

    Stage stage() {
        return stage;
    }

    ShardReads reads(String shardId) {
        return reads.computeIfAbsent(shardId, id -> new ShardReads());
    }

    /** As {@link #reads}; null where nothing is read of it, as where all is sent straight. */
    @Nullable
    ShardReads knownReads(String shardId) {
        return reads.get(shardId);
    }

    PartitionWatch partition(String shardId) {
        return partitions.computeIfAbsent(shardId, id -> new PartitionWatch(plan.pipeline()));
    }

    /** What was emitted to a sink, by the name that its outputs have. */
    SinkWatch sink(String name) {
        SinkWatch sink = sinks.get(name);
        if (sink == null) {
            throw new IllegalArgumentException("stage '" + stage.name() + "' has no sink '" + name + "'");
        }
        return sink;
    }

    /** All partitions of which anything is known, by their shards. */
    SortedMap<String, PartitionWatch> partitions() {
        SortedMap<String, PartitionWatch> all = new TreeMap<>(partitions);
        reads.keySet().forEach(shardId -> all.computeIfAbsent(shardId, id -> new PartitionWatch(plan.pipeline())));
        return all;
    }

    /** @param outputs of one outbox */
    void emitted(List<IdentifiedOutput> outputs) {
        long nowMillis = clock.millis();
        int first = 0;
        while (first < outputs.size()) {
            String sink = outputs.get(first).output().sink();
            int next = first + 1;
            while (next < outputs.size() && outputs.get(next).output().sink().equals(sink)) {
                next++;
            }
            SinkWatch known = sinks.get(sink);
            if (known != null) {
                List<IdentifiedOutput> ofSink = outputs.subList(first, next);
                known.emitted(ofSink, sink.startsWith(Output.EXCHANGE) ? parts(ofSink) : ofSink.size(), nowMillis);
            }
            first = next;
        }
    }

    private static long parts(List<IdentifiedOutput> outputs) {
        return outputs.stream()
                .mapToLong(output -> Parts.count(output.output().payload()))
                .sum();
    }

    /** All up to a record of a shard is done. */
    void doneTo(String shardId, String sequenceNumber) {
        ShardReads shard = reads.get(shardId);
        if (shard != null) {
            shard.doneTo(sequenceNumber, clock.millis(), recordMicros);
        }
    }

    /** A batch came back from the function. */
    void batch(int records, long nanos, boolean isFailure) {
        batchMicros.record(TimeUnit.NANOSECONDS.toMicros(nanos), 1);
        batchRecords.record(records, 1);
        if (isFailure) {
            failures.increment();
        }
    }

    /** Something is sent to this stage straight, which is known by this object until {@link #taken}. */
    void sending(Object sent) {
        sending.put(sent, System.nanoTime());
    }

    void taken(Object sent, boolean isFailure) {
        Long since = sending.remove(sent);
        if (isFailure) {
            failures.increment();
        } else if (since != null) {
            sendingMicros.record(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - since), 1);
        }
    }

    void sample(long nowNanos) {
        sinks.values().forEach(sink -> sink.rate().sample(nowNanos));
        List.of(records, commits, writeUnits, readUnits).forEach(rate -> rate.sample(nowNanos));
        List.of(recordMicros, batchMicros, batchRecords, sendingMicros).forEach(Distribution::sample);
    }

    /** How old the oldest is of what it has not done: of what it reads, or of what is sent to it straight. */
    long lagMillis(long nowMillis) {
        long nowNanos = System.nanoTime();
        long sendingMillis = sending.values().stream()
                .mapToLong(since -> TimeUnit.NANOSECONDS.toMillis(nowNanos - since))
                .max()
                .orElse(0);
        return reads.values().stream()
                .mapToLong(shard -> shard.lagMillis(nowMillis))
                .reduce(sendingMillis, Math::max);
    }

    private double recordsDone() {
        return reads.values().stream().mapToLong(ShardReads::done).sum();
    }

    /** Of what is known of the partitions. */
    double sum(ToDoubleFunction<PartitionState> value) {
        double sum = 0;
        for (PartitionWatch partition : partitions.values()) {
            PartitionState state = partition.state();
            sum += state == null ? 0 : value.applyAsDouble(state);
        }
        return sum;
    }

    /** Batches and deliveries that failed, and came again. */
    long failures() {
        return failures.sum();
    }

    Rate records() {
        return records;
    }

    Rate commits() {
        return commits;
    }

    Rate writeUnits() {
        return writeUnits;
    }

    Rate readUnits() {
        return readUnits;
    }

    /** From a record's arrival until it is committed and what came of it is emitted. */
    Distribution recordMicros() {
        return recordMicros;
    }

    /** What the function takes for a batch. */
    Distribution batchMicros() {
        return batchMicros;
    }

    Distribution batchRecords() {
        return batchRecords;
    }

    /** From when something is sent straight to this stage until it is committed here. */
    Distribution sendingMicros() {
        return sendingMicros;
    }
}
