package dev.millrace.local.testing;

import dev.millrace.local.mapping.Checkpoints;
import dev.millrace.local.mapping.MappingSettings;
import dev.millrace.local.mapping.StageFunction;
import dev.millrace.local.mapping.SteppedMapping;
import dev.millrace.local.source.SourceStream;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import java.math.BigInteger;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/** Drives the functions of all stages, on the caller's thread. */
final class Stepping {
    private static final long POLL_MILLIS = 100;
    private static final int MOST_ROUNDS = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Plan plan;
    private final RunningBackend backend;
    private final TestOptions options;
    private final MappingSettings settings;
    /** The last records that were put and may not be seen yet, by shard. */
    private final Map<String, BigInteger> awaited = new HashMap<>();

    private List<SteppedMapping> mappings;
    private Checkpoints sourceCheckpoints = Checkpoints.inMemory();

    Stepping(Plan plan, RunningBackend backend, TestOptions options) {
        this.plan = plan;
        this.backend = backend;
        this.options = options;
        this.settings = MappingSettings.defaults().withBatchSize(options.batchSize());
        this.mappings = start();
    }

    private List<SteppedMapping> start() {
        sourceCheckpoints = Checkpoints.inMemory();
        return plan.stages().stream().map(this::start).toList();
    }

    private SteppedMapping start(Stage stage) {
        Checkpoints checkpoints = stage.readsSource() ? sourceCheckpoints : Checkpoints.inMemory();
        SourceStream stream = backend.stream(stage.inputStream());
        StageFunction function = StageFunction.inProcess(
                plan.pipeline(),
                settings.function(stage.name(), checkpoints, options.idleTimeout()),
                backend.clients(),
                backend.clock());
        return new SteppedMapping(stream, function, settings, checkpoints, backend.clock());
    }

    void restart() {
        mappings = start();
    }

    /** These were put, and {@link #process} must not end before they are delivered. */
    void awaitLater(List<PutRecordsResultEntry> records) {
        records.forEach(
                record -> awaited.merge(record.shardId(), new BigInteger(record.sequenceNumber()), BigInteger::max));
    }

    void process() {
        try {
            deliver();
            boolean isAtRest = false;
            for (int round = 0; !isAtRest && round < rounds(); round++) {
                mappings.forEach(SteppedMapping::tick);
                isAtRest = !deliver();
            }
            if (!isAtRest && backend.drivesClock()) {
                throw new IllegalStateException("the pipeline does not come to rest: after " + rounds()
                        + " ticks of each stage, the last one still sent records to another");
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    void advance(Duration duration) {
        process();
        try {
            backend.pass(duration);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        process();
    }

    /**
     * How often to tick. What a tick brings about reaches one stage further with each; where the clock goes on, that of an
     * idle shard has something to say each time.
     */
    private int rounds() {
        return backend.drivesClock() ? MOST_ROUNDS : 2 * mappings.size();
    }

    /** Until all is delivered that was put, and nothing has come for as long as it takes to be sure. */
    private boolean deliver() throws InterruptedException {
        boolean isMoved = deliverOnce();
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        long settledNanos = System.nanoTime() + backend.settling().toNanos();
        while (!isAllSeen() || System.nanoTime() < settledNanos) {
            if (System.nanoTime() > deadlineNanos) {
                throw new IllegalStateException("records that were put cannot be read: nothing came for "
                        + PATIENCE.toSeconds() + " s, and shards are not read up to " + awaited);
            }
            Thread.sleep(POLL_MILLIS);
            if (deliverOnce()) {
                isMoved = true;
                deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
                settledNanos = System.nanoTime() + backend.settling().toNanos();
            }
        }
        return isMoved;
    }

    private boolean deliverOnce() throws InterruptedException {
        boolean isMoved = false;
        for (SteppedMapping mapping : mappings) {
            isMoved |= mapping.deliver();
        }
        return isMoved;
    }

    private boolean isAllSeen() {
        awaited.entrySet().removeIf(record -> sourceCheckpoints.isDone(record.getKey(), record.getValue()));
        return awaited.isEmpty();
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while the pipeline was at work", e);
    }
}
