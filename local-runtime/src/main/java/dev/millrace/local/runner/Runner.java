package dev.millrace.local.runner;

import dev.millrace.Emission;
import dev.millrace.Pipeline;
import dev.millrace.Transform;
import dev.millrace.driver.PartitionDriver;
import dev.millrace.engine.Progress;
import dev.millrace.engine.UpstreamId;
import dev.millrace.lambda.HandlerHost;
import dev.millrace.local.aws.AwsClients;
import dev.millrace.local.source.SourceShard;
import dev.millrace.local.source.SourceStream;
import dev.millrace.local.source.StreamReadException;
import dev.millrace.plan.Plan;
import dev.millrace.sink.Emitter;
import dev.millrace.sink.OutboxEmitter;
import dev.millrace.state.StateLogSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pipeline that runs record at a time in this process, under a {@link Guarantee}: exactly once, what comes of records leaves when
 * they are committed, and what was not committed when the process dies is read again.
 */
public final class Runner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Runner.class);
    private static final long SHARD_LIST_MILLIS = 500;
    /** Of a life that is to end, and may have to wait for services. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final Plan plan;
    private final SourceStream source;
    private final RunnerSettings settings;
    private final ExecutorService rowWriters = OutboxEmitter.rowWriters();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    /** The last first: each sends only to those before it here. */
    private final List<RunnerStage> keyedStages = new ArrayList<>();

    private final Map<String, EagerStage> eagerStages = new HashMap<>();
    private final RunnerStages stages;
    /** Of {@code Emission.every} in the pipeline, in milliseconds; 0 where there is none. */
    private final long longestInterval;

    private final Map<String, ShardRunner> shards = new LinkedHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Thread lister;
    private volatile @Nullable String heldUpAtEnd;

    private Runner(
            Plan plan,
            SourceStream source,
            Function<String, SourceStream> streams,
            AwsClients clients,
            RunnerSettings settings,
            UnaryOperator<Emitter> sinks) {
        this.plan = plan;
        this.source = settings.observer().stream(plan.stages().get(0).name(), source);
        this.settings = settings;
        this.longestInterval = longestInterval(plan.pipeline());
        HandlerHost host = new HandlerHost(
                settings.clock(),
                duration -> TimeUnit.NANOSECONDS.sleep(duration.toNanos()),
                rowWriters,
                mapping -> StateLogSettings.of(UUID.randomUUID().toString(), mapping),
                settings.observer());
        this.stages = new RunnerStages(
                plan,
                this.source,
                streams,
                clients.dynamoDb(),
                clients.kinesis(),
                host,
                settings.idleTimeout(),
                (all, log) -> GuaranteedEmitter.of(settings.guarantee(), all, sinks.apply(all), log, stop),
                this::receiver);
        this.lister = new Thread(this::follow, "millrace-run-" + plan.sourceStream());
        this.lister.setDaemon(true);
    }

    /** As below, where the source is read as its shards are listed. */
    public static Runner start(
            Plan plan, Function<String, SourceStream> streams, AwsClients clients, RunnerSettings settings) {
        return start(plan, streams.apply(plan.sourceStream()), streams, clients, settings);
    }

    /**
     * Starts a pipeline on threads of its own. Its streams and tables must exist.
     *
     * @param source what the first stage reads
     * @param streams the stages' input streams by their names, to list their shards and to read a few records; that of the first
     *     stage has the shards of {@code source}. Of the internal ones: nothing is sent through those here, but what
     *     others have sent is read
     * @param clients for state, results and dead letters; not closed
     * @throws StreamReadException if the shards of a stream cannot be listed
     */
    public static Runner start(
            Plan plan,
            SourceStream source,
            Function<String, SourceStream> streams,
            AwsClients clients,
            RunnerSettings settings) {
        return start(plan, source, streams, clients, settings, UnaryOperator.identity());
    }

    /**
     * As above, with sinks of one's own.
     *
     * @param sinks makes what emits results and dead letters, from what would otherwise: for each partition, by whose thread it is
     *     called
     */
    public static Runner start(
            Plan plan,
            SourceStream source,
            Function<String, SourceStream> streams,
            AwsClients clients,
            RunnerSettings settings,
            UnaryOperator<Emitter> sinks) {
        Runner runner = new Runner(plan, source, streams, clients, settings, sinks);
        // Later a stream that cannot be listed is looked for again and again; at first it is a name that is wrong.
        var unused = runner.source.shards();
        runner.keyedStages.forEach(RunnerStage::start);
        runner.lister.start();
        return runner;
    }

    private static long longestInterval(Pipeline pipeline) {
        return pipeline.operators().stream()
                .mapToLong(operator -> operator.transform() instanceof Transform.Aggregate aggregate
                                && aggregate.emission() instanceof Emission.Every every
                        ? every.interval().toMillis()
                        : 0)
                .max()
                .orElse(0);
    }

    private StraightEmitter.Receiver receiver(String stage, List<KeyedPartition> keyed) {
        RunnerStage receiver = settings.guarantee() == Guarantee.AT_LEAST_ONCE
                ? eager(stage, keyed)
                : new KeyedStage(stage, keyed, settings.workers(), settings.tickInterval());
        keyedStages.add(receiver);
        return receiver;
    }

    private EagerStage eager(String stage, List<KeyedPartition> keyed) {
        EagerStage made = new EagerStage(
                stage,
                keyed,
                partition -> downstream(new UpstreamId(stage, partition.shardId())),
                settings.workers(),
                settings.tickInterval());
        eagerStages.put(stage, made);
        return made;
    }

    /** What a partition hands over: to stages that are made before its own. */
    private Downstream downstream(UpstreamId partition) {
        Map<String, EagerStage> receivers = new LinkedHashMap<>();
        plan.stage(partition.stage())
                .exchanges()
                .forEach(exchange ->
                        receivers.put(exchange.stage(), Objects.requireNonNull(eagerStages.get(exchange.stage()))));
        return new Downstream(partition, receivers);
    }

    private ShardPartition sourcePartition(String shardId) {
        if (settings.guarantee() != Guarantee.AT_LEAST_ONCE) {
            return stages.source(shardId);
        }
        String first = plan.stages().get(0).name();
        return new EagerSource(stages.input(shardId), stages.ofSource(), downstream(new UpstreamId(first, shardId)));
    }

    /** Starts a thread for each shard of the source, and ends when there is no more to come from any. */
    private void follow() {
        try {
            do {
                try {
                    List<SourceShard> listed = source.shards();
                    listed.forEach(shard -> start(shard.shardId()));
                    if (isOver(listed)) {
                        finish(listed);
                        ended.countDown();
                        return;
                    }
                } catch (RuntimeException | Error e) {
                    heldUpAtEnd = HeldUpException.reason(e);
                    LOG.warn("What was begun with {} is tried again in a moment: {}", source.name(), e.toString());
                }
            } while (!stop.await(SHARD_LIST_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void start(String shardId) {
        if (shards.containsKey(shardId)) {
            return;
        }
        ShardRunner shard = new ShardRunner(source.name(), shardId, sourcePartition(shardId), settings, stop);
        Thread thread = new Thread(shard, "millrace-run-" + source.name() + "-" + shardId);
        thread.setDaemon(true);
        shards.put(shardId, shard);
        threads.add(thread);
        thread.start();
    }

    private synchronized boolean isOver(List<SourceShard> listed) {
        return !listed.isEmpty()
                && listed.stream()
                        .allMatch(shard -> !shard.open()
                                && Objects.requireNonNull(shards.get(shard.shardId()))
                                        .hasEnded());
    }

    /** Nothing more will come, so all windows close: event time goes on until the last one is over. */
    private void finish(List<SourceShard> listed) {
        StagePartitions ofSource = stages.ofSource();
        long over = listed.stream()
                .mapToLong(shard -> ofSource.use(shard.shardId(), PartitionDriver::overMillis))
                .max()
                .orElse(Progress.NO_TIME);
        if (over == Progress.NO_TIME) {
            return;
        }
        requireWholeWindows(listed);
        keyedStages.forEach(RunnerStage::quiet);
        for (int i = keyedStages.size() - 1; i >= 0; i--) {
            keyedStages.get(i).settle();
        }
        sendWhatWaits(1);
        long now = over + settings.idleTimeout().toMillis() + 1;
        for (SourceShard shard : listed) {
            ofSource.use(shard.shardId(), driver -> {
                driver.tick(now, over, position -> true);
                return true;
            });
        }
        // Windows that have closed may have brought some more.
        sendWhatWaits(2);
    }

    /** A row of a window that the history has only a part of would replace the whole one, for ever. */
    private void requireWholeWindows(List<SourceShard> listed) {
        Instant until = plan.pipeline().tableRows().until();
        if (until == null) {
            return;
        }
        long reached = listed.stream()
                .mapToLong(shard -> stages.ofSource()
                        .use(shard.shardId(), driver -> driver.progress().recordWatermark()))
                .max()
                .orElse(Progress.NO_TIME);
        if (reached < until.toEpochMilli()) {
            throw new HeldUpException("the history ends, in event time, at " + Instant.ofEpochMilli(reached)
                    + ", and rows are to be written of windows up to " + until
                    + ": those of windows that end later than the"
                    + " history are left out. Take more of the history, or an earlier --windows-until");
        }
    }

    /**
     * What is sent every so often waits for its time, which comes now: as many entries as that takes.
     *
     * @param intervals how far ahead of the clock that is, so that nothing was sent less than an interval before
     */
    private void sendWhatWaits(int intervals) {
        if (longestInterval == 0) {
            return;
        }
        long nowMillis = settings.clock().millis() + intervals * longestInterval;
        long before = -1;
        for (long entries = entries(); entries != before; entries = entries()) {
            before = entries;
            stages.all().forEach(stage -> stage.tickAll(nowMillis, position -> false));
        }
    }

    private long entries() {
        return stages.all().stream().mapToLong(StagePartitions::entries).sum();
    }

    /**
     * Waits until all that the source will ever have is processed, and all windows are closed; or the runner is closed.
     *
     * @return whether it was so in time
     */
    public boolean awaitEnd(long millis) throws InterruptedException {
        return ended.await(millis, TimeUnit.MILLISECONDS);
    }

    /** How far it has come in its source. */
    public synchronized RunnerProgress progress() {
        long records = 0;
        long bytes = 0;
        long arrivalMillis = Progress.NO_TIME;
        for (ShardRunner shard : shards.values()) {
            ShardInput input = shard.input();
            records += input.recordsRead();
            bytes += input.bytesRead();
            long last = input.lastArrivalMillis();
            boolean isFirst = arrivalMillis == Progress.NO_TIME;
            if (last != Progress.NO_TIME && !shard.hasEnded() && (isFirst || last < arrivalMillis)) {
                arrivalMillis = last;
            }
        }
        return new RunnerProgress(records, bytes, arrivalMillis);
    }

    /** Which record holds up its shard, since it cannot be processed and must not be passed over. */
    public Optional<String> heldUp() {
        return first(ShardRunner::heldUp).or(() -> Optional.ofNullable(heldUpAtEnd));
    }

    /** Why a shard of the source cannot be read, now or ever, so that it is no use to go on. */
    public Optional<String> unreadable() {
        return first(ShardRunner::unreadable);
    }

    private synchronized Optional<String> first(Function<ShardRunner, @Nullable String> what) {
        return shards.values().stream()
                .map(what)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .findFirst();
    }

    /**
     * Stops reading, commits what was applied, emits what comes of it, and ends all threads.
     *
     * @param patience how long that may take
     * @return false if something was still under way then: it is done again by who goes on
     */
    public boolean stop(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        stop.countDown();
        boolean isDone = true;
        try {
            isDone = Threads.hasEnded(lister, deadline);
            List<Thread> running;
            synchronized (this) {
                running = List.copyOf(threads);
            }
            for (Thread thread : running) {
                isDone &= Threads.hasEnded(thread, deadline);
            }
            for (int i = keyedStages.size() - 1; i >= 0; i--) {
                isDone &= keyedStages.get(i).stop(deadline);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            isDone = false;
        }
        rowWriters.shutdownNow();
        return isDone;
    }

    /** As {@link #stop}, with eight seconds. */
    @Override
    public void close() {
        if (!stop(PATIENCE)) {
            LOG.warn(
                    "The runner was not done within {} s; what it left will be done by who goes on",
                    PATIENCE.toSeconds());
        }
    }
}
