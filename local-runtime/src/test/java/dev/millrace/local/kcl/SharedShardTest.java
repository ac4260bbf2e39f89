package dev.millrace.local.kcl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.engine.Position;
import dev.millrace.engine.Progress;
import dev.millrace.local.aws.AwsAddress;
import dev.millrace.local.aws.AwsClients;
import dev.millrace.sink.OutboxEmitter;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/** What a shard does with calls of KCL's that other code would have to fear. */
class SharedShardTest {
    private static final String SHARD = "shardId-000000000000";

    private final Visits visits = new Visits();
    private final ExecutorService rowWriters = OutboxEmitter.rowWriters();
    private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor();
    private final HeldFor leases = new HeldFor();

    /** One lease in memory, which is held for as long as it is asked for so many times. */
    private static final class HeldFor implements ShardLeases {
        private int asked;
        private int times = Integer.MAX_VALUE;
        private final List<String> dropped = new ArrayList<>();

        @Override
        public boolean isHeld(String shardId) {
            return asked++ < times;
        }

        @Override
        public boolean follow(String shardId, @Nullable Position position, long awaitedMillis) {
            return true;
        }

        @Override
        public void drop(String shardId) {
            dropped.add(shardId);
        }

        @Override
        public long awaitedMillis() {
            return Progress.NO_TIME;
        }
    }

    @AfterEach
    void close() {
        ticks.shutdownNow();
        rowWriters.shutdownNow();
        visits.close();
    }

    private SharedShard shard(AwsClients clients) {
        SharedStage stage = new SharedStage(
                visits.plan, visits.plan.stages().get(0), clients, rowWriters, SharedSettings.defaults());
        Attempts attempts = new Attempts(Visiting.STREAM, leases::isHeld, new CountDownLatch(1), why -> {
            throw new AssertionError(why);
        });
        SharedShard shard = new SharedShard(
                stage, leases, attempts, tick -> ticks.scheduleWithFixedDelay(tick, 1, 1, TimeUnit.HOURS));
        shard.initialize(InitializationInput.builder().shardId(SHARD).build());
        return shard;
    }

    private static ProcessRecordsInput visit(String sequenceNumber) {
        KinesisClientRecord record = KinesisClientRecord.builder()
                .sequenceNumber(sequenceNumber)
                .partitionKey("k")
                .approximateArrivalTimestamp(Instant.EPOCH)
                .data(ByteBuffer.wrap("page,0".getBytes(StandardCharsets.UTF_8)))
                .build();
        return ProcessRecordsInput.builder().records(List.of(record)).build();
    }

    @Test
    void whenRecordsCannotBeCommittedUntilTheLeaseIsLost_thenNoneAfterThemAreTakenOfIt() {
        leases.times = 2;
        try (AwsClients nowhere =
                AwsAddress.local(URI.create("http://127.0.0.1:1")).clients()) {
            // Were it to throw, KCL would pass over the record.
            SharedShard shard = shard(nowhere);
            shard.processRecords(visit("1"));
            assertThat(leases.asked).isEqualTo(3);
            assertThat(leases.dropped).isEmpty();

            shard.processRecords(visit("2"));
            assertThat(leases.asked).isEqualTo(3);
            assertThat(leases.dropped).containsExactly(SHARD);

            ShardEndedInput end = ShardEndedInput.builder().build();
            assertThatThrownBy(() -> shard.shardEnded(end)).hasMessageContaining("not processed to its end");
            assertThat(leases.dropped).hasSize(2);
        }
    }

    @Test
    void whenKclHasComeToTheEndOfAShardAndTheLogHasNot_thenTheLeaseDoesNotSaySo() {
        visits.put(200);
        visits.endpoint.kinesis().splitShard(Visiting.STREAM, SHARD, BigInteger.ONE.shiftLeft(125));
        SharedShard shard = shard(visits.data.clients());
        ShardEndedInput end = ShardEndedInput.builder().build();
        assertThatThrownBy(() -> shard.shardEnded(end)).hasMessageContaining("not processed to its end");
        assertThat(leases.dropped).containsExactly(SHARD);
    }
}
