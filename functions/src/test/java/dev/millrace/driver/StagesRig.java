package dev.millrace.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Pipeline;
import dev.millrace.engine.Limits;
import dev.millrace.engine.Output;
import dev.millrace.engine.Progress;
import dev.millrace.engine.UpstreamId;
import dev.millrace.engine.UpstreamShard;
import dev.millrace.exchange.ExchangeReader;
import dev.millrace.exchange.Packer;
import dev.millrace.plan.Exchange;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import dev.millrace.sink.IdentifiedOutput;
import dev.millrace.sink.StreamRecord;
import dev.millrace.state.Entry;
import dev.millrace.state.FaultyStore;
import dev.millrace.state.ItemKey;
import dev.millrace.state.LogName;
import dev.millrace.state.StateLog;
import dev.millrace.state.StateLogSettings;
import dev.millrace.state.StoredItem;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A pipeline of several stages over streams in memory, and as many environments of each stage as a test drives it with. */
final class StagesRig {
    static final Duration IDLE_TIMEOUT = Duration.ofMillis(200);
    private static final String MAPPING = "mapping-1";

    final Plan plan;
    final FaultyStore store = new FaultyStore();
    final RecordingEmitter emitter = new RecordingEmitter(store);
    final Map<String, TestStream> streams = new LinkedHashMap<>();
    Limits limits = Limits.DEFAULT;
    UnaryOperator<StateLogSettings> layout = settings -> settings;
    /** Between two records that an entry's outbox is written to. */
    Runnable betweenRecords = () -> {};
    /** The time at which everything arrives. */
    long nowMillis = Rig.BASE;

    private int lives;

    StagesRig(Pipeline pipeline, TestStream source, int internalShards) {
        this.plan = Plan.of(pipeline);
        for (Stage stage : plan.stages()) {
            streams.put(stage.name(), stage.readsSource() ? source : new TestStream(internalShards));
        }
        store.beforePut = this::checkPredecessor;
    }

    TestStream input(Stage stage) {
        return Objects.requireNonNull(streams.get(stage.name()));
    }

    /** E2: when an entry takes its place, every output of the one before it has been taken. */
    void checkPredecessor(StoredItem item) {
        if (item.key().kind() == ItemKey.Kind.ENTRY) {
            Map<Long, Entry> log = store.committedBeside(item);
            Entry before = log.get(item.number() - 1);
            if (before != null && !log.containsKey(item.number())) {
                String[] log0 = item.key().partitionKey().split("/", -1);
                assertThat(emitter.takenOf(log0[2] + "/" + log0[3], before.number()))
                        .as("E2: outputs of entry %d of %s", before.number(), item.key())
                        .isEqualTo(before.outbox().size());
            }
        }
    }

    Environment environment(Stage stage) {
        return new Environment(stage);
    }

    private List<UpstreamShard> upstreams(Stage stage) {
        return stage.upstreams().stream()
                .flatMap(upstream -> input(plan.stage(upstream)).list().stream()
                        .map(shard -> new UpstreamShard(
                                new UpstreamId(upstream, shard.shardId()),
                                shard.parents().stream()
                                        .map(parent -> new UpstreamId(upstream, parent))
                                        .toList())))
                .toList();
    }

    private void emit(Stage stage, List<IdentifiedOutput> outputs) {
        emitter.emit(outputs);
        for (Exchange exchange : stage.exchanges()) {
            List<IdentifiedOutput> ofStage = outputs.stream()
                    .filter(output -> output.output().sink().equals(Output.EXCHANGE + exchange.stage()))
                    .toList();
            if (!ofStage.isEmpty()) {
                TestStream stream = input(plan.stage(exchange.stage()));
                for (StreamRecord packed : Packer.pack(exchange.stage(), ofStage, stream.list())) {
                    stream.put(stream.shard(packed.partitionKey()), packed.partitionKey(), packed.data(), nowMillis);
                    betweenRecords.run();
                }
            }
        }
    }

    /** An environment of a stage's function: a driver for each shard, loaded when it is first used. */
    final class Environment implements PartitionDrivers {
        private final Stage stage;
        private final Map<String, PartitionDriver> drivers = new HashMap<>();
        private long awaitedMillis = Progress.NO_TIME;

        private Environment(Stage stage) {
            this.stage = stage;
        }

        @Override
        public <R> R use(String shardId, Function<PartitionDriver, R> action) {
            return action.apply(driver(shardId));
        }

        private PartitionDriver driver(String shardId) {
            PartitionDriver driver = drivers.get(shardId);
            if (driver == null) {
                LogName name = new LogName(plan.pipeline().name(), stage.name(), shardId);
                StateLogSettings settings = layout.apply(StateLogSettings.of("life-" + ++lives, MAPPING));
                StateLog log = new StateLog(store, name, settings, new ShardOrigin(shardId, input(stage), this));
                driver = new PartitionDriver(
                        plan.pipeline(),
                        name,
                        log,
                        outputs -> emit(stage, outputs),
                        new PartitionSettings(MAPPING, true, IDLE_TIMEOUT, limits),
                        () -> upstreams(stage));
                drivers.put(shardId, driver);
            }
            return driver;
        }

        BatchResult apply(TestStream.Shard shard, List<BatchItem> records) {
            List<BatchItem> items = stage.readsSource()
                    ? records
                    : new ExchangeReader(plan.pipeline().name(), stage)
                            .items(records.stream().map(BatchItem::record).toList(), shard.range);
            PartitionDriver driver = driver(shard.id);
            BatchResult result = driver.apply(new Batch(items, nowMillis));
            awaitedMillis = Math.max(awaitedMillis, driver.awaitedMillis());
            return result;
        }

        void tick(TestStream.Shard shard) {
            PartitionDriver driver = driver(shard.id);
            driver.tick(nowMillis, awaitedMillis, input(stage).idleProbe(shard));
            awaitedMillis = Math.max(awaitedMillis, driver.awaitedMillis());
        }
    }
}
