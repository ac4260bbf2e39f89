package dev.millrace.local.kcl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.driver.BatchResult;
import dev.millrace.engine.Position;
import dev.millrace.engine.SourceRecord;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamRecord;
import dev.millrace.local.source.SourceShard;
import dev.millrace.local.source.SourceStream;
import dev.millrace.plan.Stage;
import dev.millrace.sink.OutboxEmitter;
import dev.millrace.state.Consistency;
import dev.millrace.state.ItemKey;
import dev.millrace.state.LogName;
import dev.millrace.state.StateLogReader;
import dev.millrace.state.dynamodb.DynamoDbStateLogStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two holders of the same shards at the same time, as when one does not know yet that its leases have run out. */
class FencedShardsTest {
    private static final int HOLDERS = 2;

    private final Visits visits = new Visits();
    private final ExecutorService rowWriters = OutboxEmitter.rowWriters();
    private final ExecutorService threads = Executors.newFixedThreadPool(HOLDERS * Visits.SHARDS);

    @AfterEach
    void close() {
        threads.shutdownNow();
        rowWriters.shutdownNow();
        visits.close();
    }

    private SharedStage stage(int index, SharedSettings settings) {
        Stage stage = visits.plan.stages().get(index);
        return new SharedStage(visits.plan, stage, visits.data.clients(), rowWriters, settings);
    }

    private List<SourceRecord> read(SourceStream stream, String shardId) throws InterruptedException {
        List<SourceRecord> records = new ArrayList<>();
        for (StreamRecord record : stream.read(
                        stream.iterator(shardId, new StartingPosition.TrimHorizon()), 10_000, Duration.ZERO)
                .records()) {
            byte[] data = new byte[record.data().remaining()];
            record.data().duplicate().get(data);
            records.add(new SourceRecord(
                    record.partitionKey(),
                    data,
                    new Position(record.sequenceNumber(), 0, false),
                    record.approximateArrival().toEpochMilli()));
        }
        return records;
    }

    /** Both go through all shards of a stage's stream at once, in batches of their own. */
    private void processTwice(List<SharedStage> holders) throws Exception {
        SourceStream stream = SourceStream.of(visits.endpoint.kinesis(), holders.get(0).stream());
        List<Future<?>> running = new ArrayList<>();
        CountDownLatch start = new CountDownLatch(1);
        for (SourceShard shard : stream.shards()) {
            List<SourceRecord> records = read(stream, shard.shardId());
            for (SharedStage holder : holders) {
                Random random = new Random(running.size());
                running.add(threads.submit(() -> {
                    start.await();
                    for (int at = 0; at < records.size(); ) {
                        int to = Math.min(records.size(), at + 1 + random.nextInt(20));
                        assertThat(holder.apply(shard.shardId(), records.subList(at, to)))
                                .isEqualTo(new BatchResult.Done());
                        at = to;
                    }
                    return true;
                }));
            }
        }
        start.countDown();
        for (Future<?> one : running) {
            one.get();
        }
    }

    @Test
    void whenTwoHoldTheSameShards_thenEachVisitCountsOnce() throws Exception {
        for (int i = 0; i < 50; i++) {
            visits.put(40);
        }
        visits.putEnd();
        SharedSettings settings = SharedSettings.defaults().withIdleTimeout(Duration.ZERO);
        List<SharedStage> ofSource = List.of(stage(0, settings), stage(0, settings));
        List<SharedStage> ofKeys = List.of(stage(1, settings), stage(1, settings));
        processTwice(ofSource);
        processTwice(ofKeys);
        assertThat(visits.rows()).isEqualTo(visits.expected());
        for (int stage = 0; stage < 2; stage++) {
            assertThat(writers(stage))
                    .as("who has written the logs of stage " + stage)
                    .hasSizeGreaterThan(Visits.SHARDS);
        }
    }

    /** Each holder writes a log under an id of its own. */
    private Set<String> writers(int index) {
        Stage stage = visits.plan.stages().get(index);
        DynamoDbStateLogStore store =
                new DynamoDbStateLogStore(visits.data.clients().dynamoDb(), visits.plan.stateTable(), duration -> {});
        Set<String> writers = new HashSet<>();
        for (SourceShard shard :
                SourceStream.of(visits.endpoint.kinesis(), stage.inputStream()).shards()) {
            LogName name = new LogName(visits.plan.pipeline().name(), stage.name(), shard.shardId());
            ItemKey first = new ItemKey(ItemKey.Kind.ENTRY, "1/" + name + "/ring", 0);
            store.readRun(first, 1_000, Consistency.STRONG)
                    .items()
                    .forEach(item -> writers.add(StateLogReader.entry(item).writerId()));
        }
        return writers;
    }
}
