package dev.millrace.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.Emission;
import dev.millrace.ErrorPolicy;
import dev.millrace.Pipeline;
import dev.millrace.Windows;
import dev.millrace.engine.Limits;
import dev.millrace.state.Entry;
import dev.millrace.state.FaultyStore;
import dev.millrace.state.ItemKey;
import dev.millrace.state.LogContents;
import dev.millrace.state.LogName;
import dev.millrace.state.StateLog;
import dev.millrace.state.StateLogReader;
import dev.millrace.state.StateLogSettings;
import dev.millrace.state.StoredItem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A stage over a stream that is resharded, with its store and sinks, and as many environments as a test drives it with. */
final class ReshardingRig {
    private static final String MAPPING = "mapping-1";
    /** Later than all that tests have to say. */
    static final long FAR = Rig.BASE + 1_000_000_000L;

    final TestStream stream = new TestStream();
    final FaultyStore store = new FaultyStore();
    final RecordingEmitter emitter = new RecordingEmitter(store);
    final Pipeline pipeline;
    Limits limits = Limits.DEFAULT;
    UnaryOperator<StateLogSettings> layout = settings -> settings.withLayout(8, 3);
    private int lives;

    /** Counts readings by key, with the watermark at the latest reading, and sends the counts as their windows close. */
    ReshardingRig(Windows windows) {
        this(windows, Emission.onClose());
    }

    ReshardingRig(Windows windows, Emission emission) {
        pipeline = Rig.of(
                        ErrorPolicy.DEAD_LETTER,
                        readings -> readings.keyByPartitionKey(Reading::key)
                                .window(windows)
                                .aggregate(Aggregations.count())
                                .emit(emission)
                                .collect(new CollectingSink<>("results", new Rig.ResultText<>())))
                .pipeline;
        store.beforePut = this::checkPredecessor;
    }

    /** E2: when an entry takes its place, every output of the one before it has been taken. */
    void checkPredecessor(StoredItem item) {
        if (item.key().kind() == ItemKey.Kind.ENTRY) {
            Map<Long, Entry> log = store.committedBeside(item);
            Entry before = log.get(item.number() - 1);
            if (before != null && !log.containsKey(item.number())) {
                String partition = item.key().partitionKey().split("/", -1)[3];
                assertThat(emitter.takenOf(partition, before.number()))
                        .as("E2: outputs of entry %d of %s", before.number(), partition)
                        .isEqualTo(before.outbox().size());
            }
        }
    }

    static LogName name(String shardId) {
        return new LogName("readings", "source", shardId);
    }

    LogContents log(TestStream.Shard shard) {
        return StateLogReader.read(store, name(shard.id)).orElseThrow();
    }

    boolean hasLog(TestStream.Shard shard) {
        return StateLogReader.exists(store, name(shard.id));
    }

    Environment environment() {
        return new Environment();
    }

    List<String> results() {
        return emitter.outputs(Rig.RESULTS);
    }

    /** An environment: a driver for each shard, loaded when it is first used. */
    final class Environment implements PartitionDrivers {
        private final Map<String, PartitionDriver> drivers = new HashMap<>();

        @Override
        public <R> R use(String shardId, Function<PartitionDriver, R> action) {
            return action.apply(driver(shardId));
        }

        private PartitionDriver driver(String shardId) {
            PartitionDriver driver = drivers.get(shardId);
            if (driver == null) {
                StateLogSettings settings = layout.apply(StateLogSettings.of("life-" + ++lives, MAPPING));
                StateLog log = new StateLog(store, name(shardId), settings, new ShardOrigin(shardId, stream, this));
                driver = new PartitionDriver(
                        pipeline,
                        name(shardId),
                        log,
                        emitter,
                        new PartitionSettings(MAPPING, true, Rig.IDLE_TIMEOUT, limits));
                drivers.put(shardId, driver);
            }
            return driver;
        }

        BatchResult apply(TestStream.Shard shard, List<BatchItem> items) {
            return driver(shard.id).apply(Rig.batch(items.toArray(BatchItem[]::new)));
        }

        /** Delivers what is left of a shard. */
        void deliver(TestStream.Shard shard) {
            List<BatchItem> left = shard.records.subList(shard.done, shard.records.size());
            if (!left.isEmpty()) {
                assertThat(apply(shard, List.copyOf(left))).isEqualTo(new BatchResult.Done());
            }
            shard.done = shard.records.size();
        }

        void tick(TestStream.Shard shard, long nowMillis) {
            driver(shard.id).tick(nowMillis, stream.idleProbe(shard));
        }
    }
}
