package dev.millrace.local.kcl;

import dev.millrace.driver.Batch;
import dev.millrace.driver.BatchItem;
import dev.millrace.driver.BatchResult;
import dev.millrace.driver.PartitionDriver;
import dev.millrace.driver.PartitionObserver;
import dev.millrace.engine.Output;
import dev.millrace.engine.Position;
import dev.millrace.engine.SourceRecord;
import dev.millrace.exchange.ExchangeEmitter;
import dev.millrace.exchange.ExchangeReader;
import dev.millrace.exchange.InternalStream;
import dev.millrace.lambda.KinesisRecords;
import dev.millrace.local.aws.AwsClients;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.runner.ListedShards;
import dev.millrace.local.runner.Positions;
import dev.millrace.local.runner.StagePartitions;
import dev.millrace.local.runner.StageUpstreams;
import dev.millrace.local.source.ShardRead;
import dev.millrace.local.source.SourceStream;
import dev.millrace.local.source.StreamReadException;
import dev.millrace.plan.Exchange;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import dev.millrace.sink.Emitter;
import dev.millrace.sink.OutboxEmitter;
import dev.millrace.state.StateLogSettings;
import dev.millrace.state.dynamodb.DynamoDbStateLogStore;
import dev.millrace.time.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stage's partitions in this process, and what is done with them; knows nothing of leases. A partition may be in several
 * processes at once: all write to one log, whose fence (L1) decides. Safe for use by several threads.
 */
final class SharedStage {
    private static final Logger LOG = LoggerFactory.getLogger(SharedStage.class);
    private static final Pause PAUSE = duration -> TimeUnit.NANOSECONDS.sleep(duration.toNanos());

    private final Stage stage;
    private final SourceStream stream;
    private final ListedShards listed;
    private final InternalStream internal;
    private final ExchangeReader reader;
    private final StagePartitions partitions;
    private final SharedSettings settings;

    /**
     * @param clients not closed
     * @param rowWriters writes rows of tables; not shut down
     */
    SharedStage(Plan plan, Stage stage, AwsClients clients, ExecutorService rowWriters, SharedSettings settings) {
        this.stage = stage;
        this.settings = settings;
        this.stream = SourceStream.of(clients.kinesis(), stage.inputStream());
        this.listed = new ListedShards(stream);
        this.internal = new InternalStream(stage.inputStream(), listed);
        this.reader = new ExchangeReader(plan.pipeline().name(), stage);
        Emitter emitter = new OutboxEmitter(
                plan.pipeline(), clients::dynamoDb, clients::kinesis, PAUSE, exchanges(stage, clients), rowWriters);
        this.partitions = new StagePartitions(
                plan,
                stage,
                listed,
                new StageUpstreams(plan, stage, name -> SourceStream.of(clients.kinesis(), name)),
                () -> new DynamoDbStateLogStore(clients.dynamoDb(), plan.stateTable(), PAUSE),
                mapping -> StateLogSettings.of(UUID.randomUUID().toString(), mapping),
                log -> emitter,
                settings.idleTimeout(),
                PartitionObserver.NONE);
    }

    private static Map<String, Emitter> exchanges(Stage stage, AwsClients clients) {
        Map<String, Emitter> emitters = new HashMap<>();
        for (Exchange exchange : stage.exchanges()) {
            InternalStream to = new InternalStream(
                    exchange.stream(), new ListedShards(SourceStream.of(clients.kinesis(), exchange.stream())));
            emitters.put(
                    Output.EXCHANGE + exchange.stage(),
                    new ExchangeEmitter(exchange.stage(), to, clients.kinesis(), PAUSE));
        }
        return emitters;
    }

    String stream() {
        return stage.inputStream();
    }

    /** Whether partitions must know how long others wait for them to say that they are idle (X4). */
    boolean isAwaited() {
        return stage.readsSource() && !stage.exchanges().isEmpty();
    }

    /**
     * Catches up with a partition's log, emits and finishes what was left, and says where its shard is to be read from: after this
     * position. A log that does not exist begins, with the state of those that the shard came of.
     *
     * @return null for the shard's beginning
     * @throws dev.millrace.driver.NotDrainedException if a shard that this one came of is not drained
     */
    @Nullable
    Position begin(String shardId) {
        Position position = committed(shardId);
        return position == null || isKnown(shardId, position) ? position : null;
    }

    private @Nullable Position committed(String shardId) {
        long nowMillis = settings.clock().millis();
        return partitions.use(shardId, driver -> {
            driver.tick(nowMillis, position -> false);
            return driver.progress().position();
        });
    }

    /** KCL would ask for a place that the stream has forgotten for ever: what is left comes after it. */
    private boolean isKnown(String shardId, Position position) {
        try {
            var unused = stream.iterator(shardId, new StartingPosition.AtSequenceNumber(position.sequenceNumber()));
            return true;
        } catch (StreamReadException e) {
            if (e.kind() != StreamReadException.Kind.NO_SUCH_POSITION) {
                throw e;
            }
            LOG.warn(
                    "Shard {} of {} is read from its beginning, since it does not know the place of the last commit any more:"
                            + " what came after that and has expired was never processed ({})",
                    shardId,
                    stream.name(),
                    e.getMessage());
            return false;
        }
    }

    /** Applies records of a shard, commits them, and emits what comes of them; those decided before are passed over. */
    BatchResult apply(String shardId, List<SourceRecord> records) {
        List<BatchItem> items = items(shardId, records);
        if (items.isEmpty()) {
            return new BatchResult.Done();
        }
        Batch batch = new Batch(items, settings.clock().millis());
        return partitions.use(shardId, driver -> {
            BatchResult fed = driver.feed(batch);
            return fed instanceof BatchResult.FailedAt ? fed : driver.flush();
        });
    }

    private List<BatchItem> items(String shardId, List<SourceRecord> records) {
        if (!stage.readsSource()) {
            return reader.items(records, internal.shard(shardId).range());
        }
        List<BatchItem> items = new ArrayList<>(records.size());
        records.forEach(record -> KinesisRecords.unpack(record, items));
        return items;
    }

    /**
     * How far a partition has come, after a tick.
     *
     * @param awaitedMillis as {@link PartitionDriver#awaitedMillis}
     */
    record Ticked(@Nullable Position position, long awaitedMillis) {}

    /** Takes a tick, with a read of its own that proves the shard idle or not (T1); says how far the partition has come. */
    Ticked tick(String shardId, long awaitedMillis) {
        long awaited = Math.max(awaitedMillis, partitions.awaitedMillis());
        return partitions.use(shardId, driver -> {
            // The time comes before the read.
            driver.tick(settings.clock().millis(), awaited, position -> isIdleAfter(shardId, position));
            return new Ticked(driver.progress().position(), driver.awaitedMillis());
        });
    }

    private boolean isIdleAfter(String shardId, @Nullable Position position) {
        try {
            ShardRead read =
                    stream.read(Positions.iterator(stream, shardId, Positions.next(position)), 1, Duration.ZERO);
            return read.records().isEmpty() && read.atTip() && read.nextIterator() != null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whether all of a closed shard is committed, and what came of it is emitted. */
    boolean isReadToEnd(String shardId) {
        Position position = committed(shardId);
        boolean isInside = position != null && position.insideAggregate();
        return !isInside && listed.isReadAfter(shardId, position);
    }

    /** Lets a partition go from memory. */
    void forget(String shardId) {
        partitions.forget(shardId);
    }
}
