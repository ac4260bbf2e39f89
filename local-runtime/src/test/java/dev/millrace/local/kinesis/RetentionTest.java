package dev.millrace.local.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.local.testing.MovableClock;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private static final String FIRST = "shardId-000000000000";
    private final MovableClock clock = new MovableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final EmbeddedKinesis kinesis = EmbeddedKinesis.inMemory(clock, 8 * 1024 * 1024);

    @BeforeEach
    void create() {
        kinesis.createStream("s", 1, false, Map.of());
    }

    @AfterEach
    void close() {
        kinesis.close();
    }

    private void put(String text) {
        var unused = kinesis.put("s", List.of(PutEntry.of("k", text.getBytes(StandardCharsets.UTF_8))));
    }

    private List<String> all() {
        return DurabilityTest.readAll(kinesis, FIRST);
    }

    @Test
    void recordsExpireOneByOne() {
        put("a");
        clock.advance(Duration.ofHours(1));
        put("b");
        clock.advance(Duration.ofHours(23));
        assertThat(all()).containsExactly("a", "b");
        clock.advance(Duration.ofMillis(1));
        assertThat(all()).containsExactly("b");
        clock.advance(Duration.ofHours(1));
        assertThat(all()).isEmpty();
    }

    @Test
    void whatHasExpiredDoesNotComeBackWithLongerRetention() {
        put("a");
        clock.advance(Duration.ofHours(25));
        put("b");
        kinesis.increaseRetention("s", 100);
        assertThat(all()).containsExactly("b");
        clock.advance(Duration.ofHours(50));
        assertThat(all()).containsExactly("b");
        kinesis.decreaseRetention("s", 24);
        assertThat(all()).isEmpty();
    }

    @Test
    void closedShardsVanishWithTheirRecords() {
        put("a");
        kinesis.splitShard("s", FIRST, BigInteger.TWO.pow(100));
        clock.advance(Duration.ofHours(24));
        assertThat(kinesis.describe("s").shards()).hasSize(3);
        clock.advance(Duration.ofMillis(1));
        assertThat(kinesis.describe("s").shards())
                .extracting(ShardDescription::shardId)
                .containsExactly("shardId-000000000001", "shardId-000000000002");
        assertThatThrownBy(() -> kinesis.shardIterator("s", FIRST, new StartingPosition.TrimHorizon()))
                .isInstanceOf(KinesisException.class)
                .hasMessageContaining("does not exist");
    }

    @Test
    void expiredRecordsMakeRoomInMemory() {
        PutEntry mebibyte = PutEntry.of("k", new byte[1024 * 1024 - 1]);
        for (int i = 0; i < 40; i++) {
            var unused = kinesis.put("s", List.of(mebibyte));
            clock.advance(Duration.ofHours(4));
        }
        assertThat(kinesis.read(kinesis.shardIterator("s", FIRST, new StartingPosition.TrimHorizon()), 10_000)
                        .records())
                .hasSize(6);
    }

    @Test
    void aReadIsBoundedInBytes() {
        PutEntry large = PutEntry.of("k", new byte[1024 * 1024 - 1]);
        try (EmbeddedKinesis roomy = EmbeddedKinesis.inMemory(clock, 64L * 1024 * 1024)) {
            roomy.createStream("s", 1, false, Map.of());
            for (int i = 0; i < 12; i++) {
                var unused = roomy.put("s", List.of(large));
            }
            ReadResult read = roomy.read(roomy.shardIterator("s", FIRST, new StartingPosition.TrimHorizon()), 10_000);
            assertThat(read.records()).hasSize(10);
            assertThat(read.millisBehindLatest()).isPositive();
        }
    }

    @Test
    void awaitRecordsReturnsWhenARecordComesAndWhenTheShardCloses() throws Exception {
        String latest = kinesis.shardIterator("s", FIRST, new StartingPosition.Latest());
        assertThat(kinesis.awaitRecords(latest, Duration.ZERO)).isFalse();
        CompletableFuture<Boolean> waiting = awaitAside(latest);
        put("a");
        assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();

        String next = kinesis.read(latest, 1).nextIterator();
        assertThat(next).isNotNull();
        CompletableFuture<Boolean> closing = awaitAside(String.valueOf(next));
        kinesis.splitShard("s", FIRST, BigInteger.TWO.pow(100));
        assertThat(closing.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(kinesis.read(String.valueOf(next), 1).childShards()).hasSize(2);
    }

    private CompletableFuture<Boolean> awaitAside(String iterator) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return kinesis.awaitRecords(iterator, Duration.ofSeconds(20));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void putsDuringReshardingAllArriveOnce() {
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 2000; i++) {
                put("r" + i);
            }
        });
        for (int i = 0; i < 4; i++) {
            kinesis.updateShardCount("s", 2);
            kinesis.updateShardCount("s", 1);
        }
        writer.join();
        List<String> found = new ArrayList<>();
        kinesis.describe("s").shards().forEach(shard -> found.addAll(DurabilityTest.readAll(kinesis, shard.shardId())));
        // One key: its shard, and then that shard's child, and so on, hold its records in order.
        assertThat(found).hasSize(2000).doesNotHaveDuplicates();
    }
}
