package dev.millrace.local.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.local.testing.MovableClock;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** Every action as the SDK sees it, over CBOR and over JSON. */
class KinesisActionsTest {
    private static final MovableClock CLOCK = new MovableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private static final String FIRST = "shardId-000000000000";
    private static LocalEndpoint endpoint;
    private static KinesisClient cbor;
    private static KinesisClient json;
    private static int streams;

    @BeforeAll
    static void start() {
        endpoint =
                LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0).withClock(CLOCK));
        cbor = Clients.kinesis(endpoint.uri());
        json = Clients.kinesisOverJson(endpoint.uri());
    }

    @AfterAll
    static void stop() {
        cbor.close();
        json.close();
        endpoint.close();
    }

    static List<KinesisClient> clients() {
        return List.of(cbor, json);
    }

    private static String stream(KinesisClient client, int shards) {
        String name = "stream-" + ++streams;
        client.createStream(b -> b.streamName(name).shardCount(shards).tags(Map.of("made", "here")));
        return name;
    }

    private static PutRecordResponse put(KinesisClient client, String stream, String text) {
        return client.putRecord(b -> b.streamName(stream).partitionKey("k").data(SdkBytes.fromUtf8String(text)));
    }

    private static List<String> texts(GetRecordsResponse response) {
        return response.records().stream().map(r -> r.data().asUtf8String()).toList();
    }

    private static GetRecordsResponse read(KinesisClient client, String iterator) {
        return client.getRecords(b -> b.shardIterator(iterator));
    }

    private static String iterator(
            KinesisClient client, String stream, ShardIteratorType type, @Nullable String sequence) {
        return client.getShardIterator(b -> b.streamName(stream)
                        .shardId(FIRST)
                        .shardIteratorType(type)
                        .startingSequenceNumber(sequence))
                .shardIterator();
    }

    @ParameterizedTest
    @MethodSource("clients")
    void aStreamIsActiveAtOnceAndDescribedInFull(KinesisClient client) {
        String name = stream(client, 3);

        var stream = client.describeStream(b -> b.streamName(name).limit(2)).streamDescription();
        assertThat(stream.streamStatus()).isEqualTo(StreamStatus.ACTIVE);
        assertThat(stream.streamCreationTimestamp()).isEqualTo(CLOCK.instant());
        assertThat(stream.retentionPeriodHours()).isEqualTo(24);
        assertThat(stream.hasMoreShards()).isTrue();
        assertThat(stream.shards()).extracting(Shard::shardId).containsExactly(FIRST, "shardId-000000000001");
        var rest = client.describeStream(
                        b -> b.streamARN(stream.streamARN()).exclusiveStartShardId("shardId-000000000001"))
                .streamDescription();
        assertThat(rest.hasMoreShards()).isFalse();
        assertThat(rest.shards().get(0).hashKeyRange().endingHashKey())
                .isEqualTo(BigInteger.TWO.pow(128).subtract(BigInteger.ONE).toString());
        var summary = client.describeStreamSummary(b -> b.streamName(name)).streamDescriptionSummary();
        assertThat(summary.openShardCount()).isEqualTo(3);
        assertThat(summary.streamModeDetails().streamMode()).isEqualTo(StreamMode.PROVISIONED);
        assertThat(summary.streamARN()).isEqualTo(stream.streamARN());
    }

    @ParameterizedTest
    @MethodSource("clients")
    void streamsAndShardsAreListedInPages(KinesisClient client) {
        String first = stream(client, 3);
        String second = stream(client, 1);

        assertThat(client.listStreamsPaginator(b -> b.limit(1)).streamNames()).contains(first, second);
        assertThat(client.listStreams(b -> b.limit(1)).hasMoreStreams()).isTrue();
        var page = client.listShards(b -> b.streamName(first).maxResults(2));
        assertThat(page.shards()).hasSize(2);
        var next = client.listShards(b -> b.nextToken(page.nextToken()));
        assertThat(next.shards()).extracting(Shard::shardId).containsExactly("shardId-000000000002");
        assertThat(next.nextToken()).isNull();
        assertThat(client.listShards(b -> b.streamName(first).exclusiveStartShardId(FIRST))
                        .shards())
                .hasSize(2);
        assertThat(client.describeLimits().openShardCount()).isGreaterThanOrEqualTo(4);
        client.deleteStream(b -> b.streamName(second));
        assertThat(client.listStreamsPaginator().streamNames()).contains(first).doesNotContain(second);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void recordsComeBackWithAllTheyHad(KinesisClient client) {
        String name = stream(client, 1);
        byte[] data = {0, -1, 127, 'x'};
        PutRecordResponse put = client.putRecord(b -> b.streamName(name)
                .partitionKey("schlüssel-😀")
                .sequenceNumberForOrdering("0")
                .data(SdkBytes.fromByteArray(data)));
        put(client, name, "");

        GetRecordsResponse read = read(client, iterator(client, name, ShardIteratorType.TRIM_HORIZON, null));
        assertThat(read.records()).hasSize(2);
        var record = read.records().get(0);
        assertThat(record.data().asByteArray()).isEqualTo(data);
        assertThat(record.partitionKey()).isEqualTo("schlüssel-😀");
        assertThat(record.sequenceNumber()).isEqualTo(put.sequenceNumber()).hasSize(56);
        assertThat(record.approximateArrivalTimestamp()).isEqualTo(CLOCK.instant());
        assertThat(read.millisBehindLatest()).isZero();
        assertThat(read.nextShardIterator()).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("clients")
    void putRecordsRoutesByHashKeyAndKeepsTheOrder(KinesisClient client) {
        String name = stream(client, 2);
        List<PutRecordsRequestEntry> entries = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            entries.add(PutRecordsRequestEntry.builder()
                    .partitionKey("k" + i)
                    .explicitHashKey(i % 2 == 0 ? "0" : BigInteger.TWO.pow(127).toString())
                    .data(SdkBytes.fromUtf8String("r" + i))
                    .build());
        }
        PutRecordsResponse put = client.putRecords(b -> b.streamName(name).records(entries));
        assertThat(put.failedRecordCount()).isZero();
        assertThat(put.records().get(0).shardId()).isEqualTo(FIRST);
        assertThat(put.records().get(1).shardId()).isEqualTo("shardId-000000000001");

        GetRecordsResponse read = read(client, iterator(client, name, ShardIteratorType.TRIM_HORIZON, null));
        assertThat(read.records()).hasSize(250);
        assertThat(read.records())
                .extracting(r -> r.sequenceNumber())
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(texts(read)).startsWith("r0", "r2", "r4").endsWith("r498");
    }

    @ParameterizedTest
    @MethodSource("clients")
    void everyIteratorTypeStartsWhereItShould(KinesisClient client) {
        String name = stream(client, 1);
        put(client, name, "a");
        CLOCK.advance(Duration.ofMillis(1));
        String second = put(client, name, "b").sequenceNumber();
        put(client, name, "c");

        String latest = iterator(client, name, ShardIteratorType.LATEST, null);
        put(client, name, "d");
        assertThat(texts(read(client, latest))).containsExactly("d");
        assertThat(texts(read(client, iterator(client, name, ShardIteratorType.TRIM_HORIZON, null))))
                .containsExactly("a", "b", "c", "d");
        assertThat(texts(read(client, iterator(client, name, ShardIteratorType.AT_SEQUENCE_NUMBER, second))))
                .containsExactly("b", "c", "d");
        assertThat(texts(read(client, iterator(client, name, ShardIteratorType.AFTER_SEQUENCE_NUMBER, second))))
                .containsExactly("c", "d");
        String atTime = client.getShardIterator(b -> b.streamName(name)
                        .shardId(FIRST)
                        .shardIteratorType(ShardIteratorType.AT_TIMESTAMP)
                        .timestamp(CLOCK.instant()))
                .shardIterator();
        assertThat(texts(read(client, atTime))).containsExactly("b", "c", "d");
        GetRecordsResponse one =
                client.getRecords(b -> b.shardIterator(iterator(client, name, ShardIteratorType.TRIM_HORIZON, null))
                        .limit(1));
        assertThat(texts(one)).containsExactly("a");
        assertThat(one.millisBehindLatest()).isEqualTo(1);
        assertThat(texts(read(client, one.nextShardIterator()))).containsExactly("b", "c", "d");
    }

    @ParameterizedTest
    @MethodSource("clients")
    void aSplitShardEndsAndLeadsToItsChildren(KinesisClient client) {
        String name = stream(client, 1);
        String parentLast = put(client, name, "parent").sequenceNumber();
        CLOCK.advance(Duration.ofSeconds(1));
        client.splitShard(b -> b.streamName(name)
                .shardToSplit(FIRST)
                .newStartingHashKey(BigInteger.TWO.pow(127).toString()));
        String childFirst = put(client, name, "child").sequenceNumber();

        assertThat(childFirst).isGreaterThan(parentLast);
        GetRecordsResponse end = read(client, iterator(client, name, ShardIteratorType.TRIM_HORIZON, null));
        assertThat(texts(end)).containsExactly("parent");
        assertThat(end.nextShardIterator()).isNull();
        assertThat(end.childShards())
                .hasSize(2)
                .allSatisfy(child -> assertThat(child.parentShards()).containsExactly(FIRST));
        List<Shard> shards = client.listShards(b -> b.streamName(name)).shards();
        assertThat(shards.get(0).sequenceNumberRange().endingSequenceNumber()).isGreaterThan(parentLast);
        assertThat(shards.get(1).parentShardId()).isEqualTo(FIRST);
        assertThat(filtered(client, name, ShardFilterType.AT_LATEST)).hasSize(2);
        assertThat(filtered(client, name, ShardFilterType.AT_TRIM_HORIZON)).containsExactly(FIRST);
        assertThat(filtered(client, name, ShardFilterType.FROM_TRIM_HORIZON)).hasSize(3);
        assertThat(filtered(client, name, ShardFilterType.FROM_TIMESTAMP)).hasSize(2);

        client.mergeShards(b ->
                b.streamName(name).shardToMerge("shardId-000000000001").adjacentShardToMerge("shardId-000000000002"));
        Shard merged = client.listShards(b -> b.streamName(name)).shards().get(3);
        assertThat(merged.parentShardId()).isEqualTo("shardId-000000000001");
        assertThat(merged.adjacentParentShardId()).isEqualTo("shardId-000000000002");
        assertThat(merged.hashKeyRange().startingHashKey()).isEqualTo("0");
    }

    private static List<String> filtered(KinesisClient client, String stream, ShardFilterType type) {
        return client
                .listShards(b -> b.streamName(stream)
                        .shardFilter(f -> f.type(type)
                                .timestamp(type == ShardFilterType.FROM_TIMESTAMP ? CLOCK.instant() : null)))
                .shards()
                .stream()
                .map(Shard::shardId)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("clients")
    void updateShardCountEndsInEqualShards(KinesisClient client) {
        String name = stream(client, 2);
        var up = client.updateShardCount(
                b -> b.streamName(name).targetShardCount(3).scalingType(ScalingType.UNIFORM_SCALING));
        assertThat(up.currentShardCount()).isEqualTo(2);
        assertEqualShards(client, name, 3);
        client.updateShardCount(b -> b.streamName(name).targetShardCount(2).scalingType(ScalingType.UNIFORM_SCALING));
        assertEqualShards(client, name, 2);
    }

    private static void assertEqualShards(KinesisClient client, String name, int count) {
        List<BigInteger> starts = client
                .listShards(b -> b.streamName(name).shardFilter(f -> f.type(ShardFilterType.AT_LATEST)))
                .shards()
                .stream()
                .map(shard -> new BigInteger(shard.hashKeyRange().startingHashKey()))
                .sorted()
                .toList();
        List<BigInteger> expected = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            expected.add(BigInteger.TWO.pow(128).multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(count)));
        }
        assertThat(starts).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void retentionTagsAndModeAreKept(KinesisClient client) {
        String name = stream(client, 1);
        String arn = client.describeStreamSummary(b -> b.streamName(name))
                .streamDescriptionSummary()
                .streamARN();
        client.increaseStreamRetentionPeriod(b -> b.streamName(name).retentionPeriodHours(48));
        client.decreaseStreamRetentionPeriod(b -> b.streamName(name).retentionPeriodHours(36));
        client.updateStreamMode(b -> b.streamARN(arn).streamModeDetails(m -> m.streamMode(StreamMode.ON_DEMAND)));
        client.addTagsToStream(b -> b.streamName(name).tags(Map.of("a", "1", "b", "2")));
        client.tagResource(b -> b.resourceARN(arn).tags(Map.of("c", "3")));
        client.removeTagsFromStream(b -> b.streamName(name).tagKeys("a"));
        client.untagResource(b -> b.resourceARN(arn).tagKeys("b"));

        var summary = client.describeStreamSummary(b -> b.streamName(name)).streamDescriptionSummary();
        assertThat(summary.retentionPeriodHours()).isEqualTo(36);
        assertThat(summary.streamModeDetails().streamMode()).isEqualTo(StreamMode.ON_DEMAND);
        var page = client.listTagsForStream(b -> b.streamName(name).limit(1));
        assertThat(page.tags()).extracting(tag -> tag.key() + tag.value()).containsExactly("c3");
        assertThat(page.hasMoreTags()).isTrue();
        assertThat(client.listTagsForResource(b -> b.resourceARN(arn)).tags())
                .extracting(tag -> tag.key())
                .containsExactly("c", "made");
    }
}
