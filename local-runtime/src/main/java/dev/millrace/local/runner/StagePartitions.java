package dev.millrace.local.runner;

import dev.millrace.driver.IdleProbe;
import dev.millrace.driver.PartitionDriver;
import dev.millrace.driver.PartitionDrivers;
import dev.millrace.driver.PartitionObserver;
import dev.millrace.driver.PartitionSettings;
import dev.millrace.driver.ShardOrigin;
import dev.millrace.driver.StreamShards;
import dev.millrace.driver.UpstreamList;
import dev.millrace.engine.Limits;
import dev.millrace.engine.Progress;
import dev.millrace.lambda.HandlerHost;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import dev.millrace.sink.Emitter;
import dev.millrace.state.LogName;
import dev.millrace.state.StateLog;
import dev.millrace.state.StateLogStore;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/** The partitions of a stage in this process, each used by one thread at a time. They stay in memory until they are let go. */
public final class StagePartitions implements PartitionDrivers {
    private final Plan plan;
    private final Stage stage;
    private final StreamShards shards;
    private final UpstreamList upstreams;
    private final Supplier<StateLogStore> stores;
    private final HandlerHost.Logs logs;
    private final Function<StateLog, Emitter> emitters;
    private final PartitionSettings settings;
    private final PartitionObserver observer;
    private final Map<String, Partition> byShard = new ConcurrentHashMap<>();
    private final LongAccumulator awaitedMillis = new LongAccumulator(Math::max, Progress.NO_TIME);

    private record Partition(PartitionDriver driver, Lock turn, Runnable afterUse) {}

    /**
     * @param upstreams the partitions that send to the stage
     * @param stores makes a store of the pipeline's state table, one for each partition
     * @param emitters makes what emits what a log's entries have
     * @param observer looks on
     */
    public StagePartitions(
            Plan plan,
            Stage stage,
            StreamShards shards,
            UpstreamList upstreams,
            Supplier<StateLogStore> stores,
            HandlerHost.Logs logs,
            Function<StateLog, Emitter> emitters,
            Duration idleTimeout,
            PartitionObserver observer) {
        this.plan = plan;
        this.stage = stage;
        this.shards = shards;
        this.upstreams = upstreams;
        this.stores = stores;
        this.logs = logs;
        this.emitters = emitters;
        this.observer = observer;
        this.settings = new PartitionSettings(null, false, idleTimeout, Limits.DEFAULT);
    }

    /** A shard that takes over from others uses them too; they never wait for it, so that no two wait for each other. */
    @Override
    public <R> R use(String shardId, Function<PartitionDriver, R> action) {
        Partition partition = byShard.computeIfAbsent(shardId, this::open);
        partition.turn().lock();
        try {
            R result = action.apply(partition.driver());
            awaitedMillis.accumulate(partition.driver().awaitedMillis());
            return result;
        } finally {
            try {
                partition.afterUse().run();
            } finally {
                partition.turn().unlock();
            }
        }
    }

    /** The largest {@link PartitionDriver#awaitedMillis} that is known of any partition. */
    public long awaitedMillis() {
        return awaitedMillis.get();
    }

    /** Ticks a partition of the source: by the last read, and the time before it, it is idle or not (T1). */
    void tickSource(ShardInput input) {
        boolean isIdle = input.isIdle();
        long awaited = awaitedMillis();
        use(input.shardId(), driver -> {
            driver.tick(input.readMillis(), awaited, position -> isIdle);
            return true;
        });
    }

    /** Lets a partition go from memory, with what was not committed; it is loaded again when it is next used. */
    public void forget(String shardId) {
        byShard.remove(shardId);
    }

    /** Ticks all partitions that are in memory. */
    void tickAll(long nowMillis, IdleProbe probe) {
        for (String shardId : byShard.keySet()) {
            use(shardId, driver -> {
                driver.tick(nowMillis, awaitedMillis(), probe);
                return true;
            });
        }
    }

    /** Grows with each entry of any partition that is in memory. */
    long entries() {
        return byShard.keySet().stream()
                .mapToLong(shardId -> use(shardId, PartitionDriver::tip))
                .sum();
    }

    private Partition open(String shardId) {
        LogName name = new LogName(plan.pipeline().name(), stage.name(), shardId);
        // No mapping moves past anything here, so that nothing is known emitted for that reason (E3).
        StateLogStore store = stores.get();
        StateLog log = new StateLog(
                store,
                name,
                logs.settings(null).withEpoch(plan.pipeline().tableRows().epoch()),
                new ShardOrigin(shardId, shards, this));
        PartitionDriver driver =
                new PartitionDriver(plan.pipeline(), name, log, emitters.apply(log), settings, upstreams);
        return new Partition(driver, new ReentrantLock(), () -> observer.used(name, driver, log, store));
    }
}
