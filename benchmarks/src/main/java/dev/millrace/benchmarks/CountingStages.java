package dev.millrace.benchmarks;

import dev.millrace.Pipeline;
import dev.millrace.driver.Batch;
import dev.millrace.driver.BatchItem;
import dev.millrace.driver.BatchResult;
import dev.millrace.driver.PartitionDriver;
import dev.millrace.driver.PartitionSettings;
import dev.millrace.driver.ShardInfo;
import dev.millrace.driver.StreamShards;
import dev.millrace.engine.Limits;
import dev.millrace.engine.Position;
import dev.millrace.engine.SourceRecord;
import dev.millrace.engine.UpstreamId;
import dev.millrace.engine.UpstreamShard;
import dev.millrace.exchange.ExchangeEmitter;
import dev.millrace.exchange.ExchangeReader;
import dev.millrace.exchange.InternalStream;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import dev.millrace.sink.Emitter;
import dev.millrace.state.InMemoryStateLogStore;
import dev.millrace.state.LogName;
import dev.millrace.state.StateLog;
import dev.millrace.state.StateLogSettings;
import dev.millrace.state.StateLogStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;

/**
 * Both stages of a pipeline that groups purchases by {@code keyBy}, driven as functions drive them: one shard of the source,
 * two of the internal stream, and a state log each, which counts what it is asked for.
 */
final class CountingStages {
    private static final int INTERNAL_SHARDS = 2;
    /** Records come at a shard's limit of 1,000 a second. */
    private static final int RECORDS_PER_MINUTE = 60_000;

    private static final String SOURCE_SHARD = "shardId-000000000000";
    private static final String LIFE = "7c1f0a52-8f0f-4d6c-a1d1-2f3e4d5c6b7a";
    private static final String MAPPING = "0b5a8f1e-5d3c-4f0e-9a55-1e2d3c4b5a69";

    private final LocalKinesis kinesis;
    private final Plan plan;
    private final Stage stage;
    private final ExchangeReader reader;
    private final StateLogStore senderStore = new InMemoryStateLogStore();
    private final PartitionDriver sender;
    private final List<Receiver> receivers = new ArrayList<>();
    private final PurchaseRecords records = new PurchaseRecords(PurchaseRecords.KEYS, RECORDS_PER_MINUTE);

    /**
     * What a batch has come to.
     *
     * @param senderEntries writes of entries by the sender's stage
     * @param receivers what it has come to at each of the receivers
     * @param puts into the internal stream
     * @param plainBytes of the batch's records, if each were put by its new key: data and partition keys
     */
    record BatchOutcome(long senderEntries, List<Received> receivers, LocalKinesis.Puts puts, long plainBytes) {}

    /**
     * What has come to one receiver.
     *
     * @param entries writes of entries
     * @param results of windows that closed
     */
    record Received(long entries, long results) {}

    /** One shard of the internal stream, and what reads it. */
    private static final class Receiver {
        private final ShardInfo shard;
        private final StateLogStore store = new InMemoryStateLogStore();
        private final PartitionDriver driver;
        private String iterator;
        private long results;

        private Receiver(Pipeline pipeline, Stage stage, ShardInfo shard, String iterator) {
            this.shard = shard;
            this.iterator = iterator;
            UpstreamId source = new UpstreamId(stage.upstreams().get(0), SOURCE_SHARD);
            LogName name = new LogName(pipeline.name(), stage.name(), shard.shardId());
            this.driver = new PartitionDriver(
                    pipeline,
                    name,
                    log(store, name),
                    outputs -> results += outputs.size(),
                    settings(),
                    () -> List.of(new UpstreamShard(source, List.of())));
        }
    }

    /** @param stream the name of the internal stream, which is created */
    CountingStages(LocalKinesis kinesis, String stream, Grouping grouping) {
        this.kinesis = kinesis;
        Pipeline pipeline = CountPipeline.ofPurchases(grouping);
        this.plan = Plan.of(pipeline);
        this.stage = plan.stages().get(1);
        this.reader = new ExchangeReader(pipeline.name(), stage);
        StreamShards shards = kinesis.createStream(stream, INTERNAL_SHARDS);
        Emitter emitter = new ExchangeEmitter(
                stage.name(),
                new InternalStream(stream, shards),
                kinesis.client(),
                pause -> LockSupport.parkNanos(pause.toNanos()));
        LogName name = new LogName(pipeline.name(), plan.stages().get(0).name(), SOURCE_SHARD);
        this.sender = new PartitionDriver(pipeline, name, log(senderStore, name), emitter, settings());
        for (ShardInfo shard : shards.list()) {
            receivers.add(new Receiver(pipeline, stage, shard, kinesis.iterator(stream, shard.shardId())));
        }
    }

    private static StateLog log(StateLogStore store, LogName name) {
        return new StateLog(
                store,
                name,
                StateLogSettings.of(LIFE, MAPPING).withLayout(Layout.DEFAULT.ringSlots(), Layout.DEFAULT.buckets()));
    }

    private static PartitionSettings settings() {
        return new PartitionSettings(MAPPING, true, Duration.ofSeconds(10), Limits.DEFAULT);
    }

    /** Takes a batch through both stages: each receiver is given what has come to its shard of it as one batch. */
    BatchOutcome apply(int batchRecords, IntSupplier keys) {
        List<BatchItem> items = new ArrayList<>(batchRecords);
        long plainBytes = 0;
        for (int i = 0; i < batchRecords; i++) {
            SourceRecord record = records.json(keys.getAsInt(), false);
            // The purchase's partition key is its product, and so as long as the new key.
            plainBytes += record.data().length + record.partitionKey().length();
            items.add(BatchItem.of(record));
        }
        LocalKinesis.Puts putsBefore = kinesis.puts();
        long entriesBefore = entries(senderStore);
        deliver(sender, items);
        List<Received> received = receivers.stream().map(this::receive).toList();
        return new BatchOutcome(
                entries(senderStore) - entriesBefore, received, kinesis.puts().since(putsBefore), plainBytes);
    }

    private Received receive(Receiver receiver) {
        GetRecordsResponse response = kinesis.client().getRecords(request -> request.shardIterator(receiver.iterator));
        receiver.iterator = response.nextShardIterator();
        List<SourceRecord> whole = response.records().stream()
                .map(record -> new SourceRecord(
                        record.partitionKey(),
                        record.data().asByteArrayUnsafe(),
                        new Position(record.sequenceNumber(), 0, false),
                        records.nextMillis()))
                .toList();
        long entriesBefore = entries(receiver.store);
        long resultsBefore = receiver.results;
        deliver(receiver.driver, reader.items(whole, receiver.shard.range()));
        return new Received(entries(receiver.store) - entriesBefore, receiver.results - resultsBefore);
    }

    private void deliver(PartitionDriver driver, List<BatchItem> items) {
        BatchResult result = driver.apply(new Batch(items, records.nextMillis()));
        if (!(result instanceof BatchResult.Done)) {
            throw new IllegalStateException("a batch was not taken: " + result);
        }
    }

    private static long entries(StateLogStore store) {
        return store.usage().entries().requests();
    }
}
