package dev.millrace.local.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.Aggregations;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import dev.millrace.local.aws.AwsAddress;
import dev.millrace.local.aws.AwsClients;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.mapping.MappingSettings;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** A pipeline whose stream is split, merged and scaled while records flow. */
class ReshardingTest {
    private static final String STREAM = "visits";
    private static final String TABLE = "visit-counts";
    private static final long BASE = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    private static final int KEYS = 60;
    private static final int ROUNDS = 40;
    private static final int PER_ROUND = 100;
    private static final long ROUND_MILLIS = 1_500;
    private static final long WINDOW_MILLIS = 10_000;
    private static final long OUT_OF_ORDER_MILLIS = 5_000;

    private final Map<String, Long> expected = new TreeMap<>();

    /** Counts visits, {@code key,time}, by key in windows of ten seconds. */
    private static Pipeline pipeline() {
        PipelineBuilder pipeline = Pipeline.named("visiting").deadLetters("late-visits");
        pipeline.from(
                        STREAM,
                        Codecs.string(),
                        EventTime.extracted(ReshardingTest::time, Duration.ofMillis(OUT_OF_ORDER_MILLIS)))
                .keyBy(text -> text.substring(0, text.indexOf(',')))
                .window(Windows.tumbling(Duration.ofMillis(WINDOW_MILLIS)))
                .aggregate(Aggregations.count())
                .toTable(
                        TABLE,
                        row -> row.key("key", Result::key)
                                .sortKey("start", result -> result.window().start())
                                .attribute("count", Result::value));
        return pipeline.build();
    }

    private static Instant time(String text) {
        return Instant.ofEpochMilli(Long.parseLong(text.substring(text.indexOf(',') + 1)));
    }

    @Test
    void whenAStreamIsReshardedAsRecordsFlow_thenEveryCountIsExact() {
        DevOptions options = DevOptions.defaults()
                .withEndpoint(LocalEndpointOptions.defaults().withPort(0))
                .withShards(1)
                .withMapping(MappingSettings.defaults()
                        .withBatchSize(50)
                        .withBatchingWindow(Duration.ZERO)
                        .withTickInterval(Duration.ofMillis(200)))
                // Longer than the test, so that only records move the watermark and every result can be foretold.
                .withIdleTimeout(Duration.ofHours(1));
        try (DevRuntime runtime = DevRuntime.start(pipeline(), options);
                AwsClients clients = AwsAddress.local(runtime.endpoint()).clients()) {
            Random random = new Random(1);
            for (int round = 0; round < ROUNDS; round++) {
                put(clients.kinesis(), round, random);
                switch (round) {
                    case 5, 8 -> split(clients.kinesis(), 0);
                    case 12 -> merge(clients.kinesis(), 0);
                    case 16 -> scale(clients.kinesis(), 4);
                    case 24 -> scale(clients.kinesis(), 3);
                    case 30 -> merge(clients.kinesis(), 1);
                    default -> {}
                }
            }
            end(clients.kinesis());
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(rows(clients.dynamoDb())).isEqualTo(expected));
            assertThat(open(clients.kinesis())).hasSize(2);
        }
    }

    /** A round's visits, none of them late: each within the out-of-orderness of the round's end, which only grows. */
    private void put(KinesisClient kinesis, int round, Random random) {
        List<PutRecordsRequestEntry> entries = new ArrayList<>();
        for (int i = 0; i < PER_ROUND; i++) {
            String key = "page-" + random.nextInt(KEYS);
            long time = BASE + round * ROUND_MILLIS + random.nextInt((int) OUT_OF_ORDER_MILLIS);
            entries.add(visit(key, time));
            long start = time - Math.floorMod(time, WINDOW_MILLIS);
            expected.merge(key + " " + Instant.ofEpochMilli(start), 1L, Long::sum);
        }
        var unused = kinesis.putRecords(request -> request.streamName(STREAM).records(entries));
    }

    private static PutRecordsRequestEntry visit(String key, long time) {
        return PutRecordsRequestEntry.builder()
                .partitionKey(key)
                .data(SdkBytes.fromUtf8String(key + "," + time))
                .build();
    }

    /** A visit of each shard, so late that all that came before is closed; of keys of their own, which are not looked at. */
    private static void end(KinesisClient kinesis) {
        List<PutRecordsRequestEntry> entries = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            entries.add(visit("end-" + i, BASE + (ROUNDS + 20) * ROUND_MILLIS));
        }
        var unused = kinesis.putRecords(request -> request.streamName(STREAM).records(entries));
    }

    private static Map<String, Long> rows(DynamoDbClient dynamoDb) {
        Map<String, Long> rows = new TreeMap<>();
        dynamoDb.scanPaginator(request -> request.tableName(TABLE)).items().forEach(row -> {
            String key = Objects.requireNonNull(value(row, "key").s());
            rows.put(
                    key + " " + value(row, "start").s(),
                    Long.valueOf(value(row, "count").n()));
        });
        return rows;
    }

    private static AttributeValue value(Map<String, AttributeValue> row, String attribute) {
        return Objects.requireNonNull(row.get(attribute), attribute);
    }

    /** The open shards, in the order of their hashes. */
    private static List<Shard> open(KinesisClient kinesis) {
        return kinesis.listShards(request -> request.streamName(STREAM)).shards().stream()
                .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
                .sorted((left, right) -> first(left).compareTo(first(right)))
                .toList();
    }

    private static BigInteger first(Shard shard) {
        return new BigInteger(shard.hashKeyRange().startingHashKey());
    }

    private static void split(KinesisClient kinesis, int index) {
        Shard shard = open(kinesis).get(index);
        BigInteger middle = first(shard)
                .add(new BigInteger(shard.hashKeyRange().endingHashKey()))
                .shiftRight(1);
        var unused = kinesis.splitShard(request ->
                request.streamName(STREAM).shardToSplit(shard.shardId()).newStartingHashKey(middle.toString()));
    }

    private static void merge(KinesisClient kinesis, int index) {
        List<Shard> open = open(kinesis);
        var unused = kinesis.mergeShards(request -> request.streamName(STREAM)
                .shardToMerge(open.get(index).shardId())
                .adjacentShardToMerge(open.get(index + 1).shardId()));
    }

    private static void scale(KinesisClient kinesis, int count) {
        var unused = kinesis.updateShardCount(
                request -> request.streamName(STREAM).targetShardCount(count).scalingType(ScalingType.UNIFORM_SCALING));
    }
}
