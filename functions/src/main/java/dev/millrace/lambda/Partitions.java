package dev.millrace.lambda;

import dev.millrace.driver.BatchResult;
import dev.millrace.driver.NotDrainedException;
import dev.millrace.driver.PartitionDriver;
import dev.millrace.driver.PartitionDrivers;
import dev.millrace.driver.ShardOrigin;
import dev.millrace.driver.StreamShards;
import dev.millrace.driver.UpstreamList;
import dev.millrace.engine.Progress;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import dev.millrace.sink.Emitter;
import dev.millrace.state.LogName;
import dev.millrace.state.StateLog;
import dev.millrace.state.StateLogReader;
import dev.millrace.state.StateLogSettings;
import dev.millrace.state.StateLogStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that a process has in memory, each used by one thread at a time. Where their state together takes more than
 * its share of the memory, those longest not used are let go; they are loaded again when they are needed.
 */
final class Partitions implements PartitionDrivers {
    /** Of the heap, for encoded state; in memory, with what the engine makes of it, that is some five times as large. */
    private static final int HEAP_SHARE = 8;

    private final Plan plan;
    private final Stage stage;
    private final StreamShards shards;
    private final UpstreamList upstreams;
    private final Supplier<StateLogStore> stores;
    private final StateLogStore reader;
    private final Emitter emitter;
    private final HandlerSettings settings;
    private final HandlerHost.Logs logs;
    private final PartitionMeter.Reporting reporting;
    private final long stateBytesAtMost;
    private final Map<String, Partition> byShard = new HashMap<>();
    private long uses;
    private long awaitedMillis = Progress.NO_TIME;

    /** @param stores makes a store of the pipeline's state table, one for each partition, so that each counts its own requests */
    Partitions(
            Plan plan,
            Stage stage,
            StreamShards shards,
            UpstreamList upstreams,
            Supplier<StateLogStore> stores,
            Emitter emitter,
            HandlerSettings settings,
            HandlerHost.Logs logs,
            PartitionMeter.Reporting reporting,
            long stateBytesAtMost) {
        this.plan = plan;
        this.shards = shards;
        this.stage = stage;
        this.upstreams = upstreams;
        this.stores = stores;
        this.reader = stores.get();
        this.emitter = emitter;
        this.settings = settings;
        this.logs = logs;
        this.reporting = reporting;
        this.stateBytesAtMost = stateBytesAtMost;
    }

    /** A writer's id is of one life of one log, never used again. */
    static StateLogSettings newWriter(@Nullable String mappingId) {
        return StateLogSettings.of(UUID.randomUUID().toString(), mappingId);
    }

    /** An eighth of the heap, in bytes. */
    static long defaultStateBytes() {
        return Runtime.getRuntime().maxMemory() / HEAP_SHARE;
    }

    private static final class Partition {
        private final PartitionDriver driver;
        private final StateLog log;
        /** Fair, so that a tick, which goes through all shards, does not wait for more than one batch of a busy one. */
        private final Lock turn = new ReentrantLock(true);

        private final PartitionMeter meter;
        private long lastUse;
        private long stateBytes;
        private int users;

        private Partition(PartitionDriver driver, StateLog log, PartitionMeter meter) {
            this.driver = driver;
            this.log = log;
            this.meter = meter;
        }
    }

    /** A shard that takes over from others uses them too; they never wait for it, so that no two wait for each other. */
    @Override
    public <R> R use(String shard, Function<PartitionDriver, R> action) {
        return use(shard, Cause.TAKEOVER, action);
    }

    /** As above; and reports what came of it, also where {@code action} throws. */
    <R> R use(String shard, Cause cause, Function<PartitionDriver, R> action) {
        Partition partition = enter(shard);
        try {
            partition.turn.lock();
            boolean isFailure = true;
            try {
                R result = action.apply(partition.driver);
                awaits(partition.driver.awaitedMillis());
                isFailure = result instanceof BatchResult.FailedAt;
                return result;
            } catch (NotDrainedException e) {
                // As it should be while its parents are being read.
                isFailure = false;
                throw e;
            } finally {
                try {
                    partition.stateBytes = partition.log.counters().stateBytes();
                    partition.meter.report(cause, isFailure);
                } finally {
                    partition.turn.unlock();
                }
            }
        } finally {
            leave(partition);
        }
    }

    /** The largest {@link PartitionDriver#awaitedMillis} that is known of any partition. */
    synchronized long awaitedMillis() {
        return awaitedMillis;
    }

    private synchronized void awaits(long millis) {
        awaitedMillis = Math.max(awaitedMillis, millis);
    }

    private synchronized Partition enter(String shard) {
        Partition partition = byShard.computeIfAbsent(shard, this::open);
        partition.users++;
        partition.lastUse = ++uses;
        return partition;
    }

    private synchronized void leave(Partition left) {
        left.users--;
        long stateBytes = byShard.values().stream()
                .mapToLong(partition -> partition.stateBytes)
                .sum();
        List<Map.Entry<String, Partition>> oldestFirst = new ArrayList<>(byShard.entrySet());
        oldestFirst.sort(Comparator.comparingLong(entry -> entry.getValue().lastUse));
        // The one just used stays, however large.
        for (Map.Entry<String, Partition> entry : oldestFirst.subList(0, oldestFirst.size() - 1)) {
            if (stateBytes > stateBytesAtMost && entry.getValue().users == 0) {
                byShard.remove(entry.getKey());
                stateBytes -= entry.getValue().stateBytes;
            }
        }
    }

    synchronized boolean holdsAny() {
        return !byShard.isEmpty();
    }

    /** Whether a shard's log exists: then those that it takes over from are sealed (R3). */
    boolean exists(String shard) {
        return StateLogReader.exists(reader, name(shard));
    }

    private LogName name(String shard) {
        return new LogName(plan.pipeline().name(), stage.name(), shard);
    }

    private Partition open(String shard) {
        LogName name = name(shard);
        StateLogStore store = stores.get();
        StateLog log = new StateLog(
                store,
                name,
                logs.settings(settings.partition().mappingId())
                        .withEpoch(plan.pipeline().tableRows().epoch()),
                new ShardOrigin(shard, shards, this));
        PartitionDriver driver =
                new PartitionDriver(plan.pipeline(), name, log, emitter, settings.partition(), upstreams);
        return new Partition(driver, log, new PartitionMeter(reporting, name, driver, log, store));
    }
}
