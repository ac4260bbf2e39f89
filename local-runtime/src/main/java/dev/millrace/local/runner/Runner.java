package dev.millrace.local.runner;

import dev.millrace.driver.PartitionDriver;
import dev.millrace.driver.ShardInfo;
import dev.millrace.driver.UpstreamList;
import dev.millrace.engine.Output;
import dev.millrace.engine.Progress;
import dev.millrace.engine.UpstreamId;
import dev.millrace.engine.UpstreamShard;
import dev.millrace.exchange.ExchangeReader;
import dev.millrace.exchange.InternalStream;
import dev.millrace.local.aws.AwsClients;
import dev.millrace.local.source.SourceShard;
import dev.millrace.local.source.SourceStream;
import dev.millrace.local.source.StreamReadException;
import dev.millrace.plan.Exchange;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import dev.millrace.sink.Emitter;
import dev.millrace.sink.OutboxEmitter;
import dev.millrace.state.StateLog;
import dev.millrace.state.dynamodb.DynamoDbStateLogStore;
import dev.millrace.time.Pause;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pipeline that runs record at a time in this process, exactly once: what comes of records leaves when they are committed, and
 * what was not committed when the process dies is read again.
 */
public final class Runner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Runner.class);
    private static final long SHARD_LIST_MILLIS = 500;
    private static final long STOP_SECONDS = 10;

    private final Plan plan;
    private final AwsClients clients;
    private final Function<String, SourceStream> streams;
    private final RunnerSettings settings;
    private final Pause pause;
    private final ExecutorService rowWriters = OutboxEmitter.rowWriters();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Map<String, StagePartitions> partitions = new HashMap<>();
    /** The last first; each sends only to those before it here. */
    private final Map<String, KeyedStage> keyedStages = new LinkedHashMap<>();

    private final Map<String, ShardRunner> shards = new LinkedHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Thread lister;

    private Runner(Plan plan, Function<String, SourceStream> streams, AwsClients clients, RunnerSettings settings) {
        this.plan = plan;
        this.clients = clients;
        this.streams = streams;
        this.settings = settings;
        this.pause = duration -> TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        this.lister = new Thread(this::follow, "millrace-run-" + plan.sourceStream());
        this.lister.setDaemon(true);
    }

    /**
     * Starts a pipeline on threads of its own. Its streams and tables must exist.
     *
     * @param streams the stages' input streams by their names, the internal ones too: nothing is sent through those here, but what
     *     others have sent is read
     * @param clients for state, results and dead letters; not closed
     * @throws StreamReadException if the shards of an internal stream cannot be listed
     */
    public static Runner start(
            Plan plan, Function<String, SourceStream> streams, AwsClients clients, RunnerSettings settings) {
        Runner runner = new Runner(plan, streams, clients, settings);
        // Those that are sent to first.
        List<Stage> stages = plan.stages();
        for (int i = stages.size() - 1; i >= 0; i--) {
            runner.addStage(stages.get(i));
        }
        runner.keyedStages.values().forEach(KeyedStage::start);
        runner.lister.start();
        return runner;
    }

    private void addStage(Stage stage) {
        SourceStream stream = streams.apply(stage.inputStream());
        ListedShards listed = new ListedShards(stream);
        StagePartitions ofStage = new StagePartitions(
                plan,
                stage,
                listed,
                upstreams(stage),
                () -> new DynamoDbStateLogStore(clients.dynamoDb(), plan.stateTable(), pause),
                log -> emitter(stage, log),
                settings.idleTimeout());
        partitions.put(stage.name(), ofStage);
        if (!stage.readsSource()) {
            ExchangeReader reader = new ExchangeReader(plan.pipeline().name(), stage);
            List<KeyedPartition> keyed = new ArrayList<>();
            for (ShardInfo shard : new InternalStream(stage.inputStream(), listed).shards()) {
                keyed.add(new KeyedPartition(ofStage, shard, reader, stream, settings.clock()));
            }
            keyedStages.put(
                    stage.name(), new KeyedStage(stage.name(), keyed, settings.workers(), settings.tickInterval()));
        }
    }

    private UpstreamList upstreams(Stage stage) {
        return () -> {
            List<UpstreamShard> all = new ArrayList<>();
            for (String upstream : stage.upstreams()) {
                for (SourceShard shard :
                        streams.apply(plan.stage(upstream).inputStream()).shards()) {
                    List<UpstreamId> parents = shard.parents().stream()
                            .map(parent -> new UpstreamId(upstream, parent))
                            .toList();
                    all.add(new UpstreamShard(new UpstreamId(upstream, shard.shardId()), parents));
                }
            }
            return all;
        };
    }

    /** What emits what a log's entries have: to sinks, and straight to other stages. */
    private Emitter emitter(Stage stage, StateLog log) {
        Map<String, Emitter> exchanges = new HashMap<>();
        for (Exchange exchange : stage.exchanges()) {
            InternalStream stream =
                    new InternalStream(exchange.stream(), new ListedShards(streams.apply(exchange.stream())));
            KeyedStage receiver = Objects.requireNonNull(keyedStages.get(exchange.stage()));
            exchanges.put(
                    Output.EXCHANGE + exchange.stage(), new StraightEmitter(exchange.stage(), stream, log, receiver));
        }
        return new OutboxEmitter(plan.pipeline(), clients::dynamoDb, clients::kinesis, pause, exchanges, rowWriters);
    }

    /** Starts a thread for each shard of the source, and ends when there is no more to come from any. */
    private void follow() {
        SourceStream source = streams.apply(plan.sourceStream());
        try {
            do {
                try {
                    List<SourceShard> listed = source.shards();
                    listed.forEach(shard -> start(source, shard.shardId()));
                    if (isOver(listed)) {
                        finish(listed);
                        ended.countDown();
                        return;
                    }
                } catch (RuntimeException e) {
                    LOG.warn("The shards of {} are looked for again in a moment: {}", source.name(), e.toString());
                }
            } while (!stop.await(SHARD_LIST_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void start(SourceStream source, String shardId) {
        if (shards.containsKey(shardId)) {
            return;
        }
        StagePartitions ofSource =
                Objects.requireNonNull(partitions.get(plan.stages().get(0).name()));
        ShardRunner shard = new ShardRunner(source, shardId, ofSource, settings, stop);
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
        StagePartitions ofSource =
                Objects.requireNonNull(partitions.get(plan.stages().get(0).name()));
        long over = listed.stream()
                .mapToLong(shard -> ofSource.use(shard.shardId(), PartitionDriver::overMillis))
                .max()
                .orElse(Progress.NO_TIME);
        if (over == Progress.NO_TIME) {
            return;
        }
        long now = over + settings.idleTimeout().toMillis() + 1;
        for (SourceShard shard : listed) {
            ofSource.use(shard.shardId(), driver -> {
                driver.tick(now, over, position -> true);
                return true;
            });
        }
    }

    /**
     * Waits until all that the source will ever have is processed, and all windows are closed; or the runner is closed.
     *
     * @return whether it was so in time
     */
    public boolean awaitEnd(long millis) throws InterruptedException {
        return ended.await(millis, TimeUnit.MILLISECONDS);
    }

    /** Which record holds up its shard, since it cannot be processed and must not be passed over. */
    public synchronized Optional<String> heldUp() {
        return shards.values().stream()
                .map(ShardRunner::heldUp)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .findFirst();
    }

    /** Stops reading, commits what was applied, emits what comes of it, and ends all threads; or gives up after ten seconds. */
    @Override
    public void close() {
        stop.countDown();
        try {
            lister.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
            List<Thread> running;
            synchronized (this) {
                running = List.copyOf(threads);
            }
            for (Thread thread : running) {
                thread.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
            }
            // They were added from the last on, and those before them send to them.
            List<KeyedStage> stages = new ArrayList<>(keyedStages.values());
            for (int i = stages.size() - 1; i >= 0; i--) {
                stages.get(i).stop();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        rowWriters.shutdownNow();
    }
}
