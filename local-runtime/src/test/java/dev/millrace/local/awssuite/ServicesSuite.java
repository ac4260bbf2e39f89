package dev.millrace.local.awssuite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.local.aws.AwsClients;
import dev.millrace.local.aws.PipelineResources;
import dev.millrace.local.testing.AwsData;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** What Millrace needs of Kinesis. */
abstract class ServicesSuite {
    /** Names of each run are its own: the endpoint may be others' too. */
    static final String RUN = "millrace-it-" + UUID.randomUUID().toString().substring(0, 8);

    private static final BigInteger MIDDLE = BigInteger.TWO.pow(127);

    private final List<String> streams = new ArrayList<>();

    abstract AwsClients clients();

    /** What the backend is known to lack: nothing, unless a subclass says otherwise. */
    Set<Feature> lacking() {
        return Set.of();
    }

    final KinesisClient kinesis() {
        return clients().kinesis();
    }

    final AwsData data() {
        return new AwsData(clients());
    }

    @AfterEach
    void deleteStreams() {
        streams.forEach(name -> kinesis().deleteStream(request -> request.streamName(name)));
    }

    private String createStream(int shards) {
        String name = RUN + "-" + UUID.randomUUID().toString().substring(0, 8);
        kinesis().createStream(request -> request.streamName(name).shardCount(shards));
        streams.add(name);
        PipelineResources.awaitStream(clients(), name);
        return name;
    }

    private List<PutRecordsResultEntry> put(String stream, int from, int to) {
        return data().put(
                        stream,
                        IntStream.range(from, to)
                                .mapToObj(i -> PutRecordsRequestEntry.builder()
                                        .partitionKey("key-" + i)
                                        .data(SdkBytes.fromUtf8String("record-" + i))
                                        .build())
                                .toList());
    }

    private static List<String> texts(List<Record> records) {
        return records.stream()
                .map(record -> record.data().asString(StandardCharsets.UTF_8))
                .toList();
    }

    private static List<String> texts(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "record-" + i).toList();
    }

    private String iterator(String stream, String shard, Consumer<GetShardIteratorRequest.Builder> position) {
        return kinesis()
                .getShardIterator(
                        request -> position.accept(request.streamName(stream).shardId(shard)))
                .shardIterator();
    }

    /** Reads on until it has enough: what was put may be seen a little later. */
    private List<Record> read(@Nullable String iterator, int limit, Predicate<List<Record>> isEnough) {
        List<Record> records = new ArrayList<>();
        String from = iterator;
        long deadlineNanos = System.nanoTime() + 30_000_000_000L;
        while (from != null && !isEnough.test(records) && System.nanoTime() < deadlineNanos) {
            String now = from;
            GetRecordsResponse response =
                    kinesis().getRecords(request -> request.shardIterator(now).limit(limit));
            assertThat(response.records()).hasSizeLessThanOrEqualTo(limit);
            records.addAll(response.records());
            from = response.nextShardIterator();
        }
        return records;
    }

    @Test
    void aStreamThatIsMade_isListedAndActive_andItsShardsCoverAllHashKeys() {
        String stream = createStream(3);

        List<Shard> shards = data().shards(stream);

        assertThat(kinesis().listStreams(request -> request.limit(100)).streamNames())
                .contains(stream);
        assertThat(shards).hasSize(3);
        assertThat(shards.get(0).hashKeyRange().startingHashKey()).isEqualTo("0");
        assertThat(shards.get(2).hashKeyRange().endingHashKey())
                .isEqualTo(BigInteger.TWO.pow(128).subtract(BigInteger.ONE).toString());
        assertThat(shards)
                .allSatisfy(shard -> assertThat(shard.sequenceNumberRange().endingSequenceNumber())
                        .isNull());
    }

    @Test
    void shards_areListedInPages() {
        Feature.SHARD_PAGES.require(lacking());
        String stream = createStream(4);

        var first = kinesis().listShards(request -> request.streamName(stream).maxResults(3));
        var second = kinesis().listShards(request -> request.nextToken(first.nextToken()));

        assertThat(first.shards()).hasSize(3);
        assertThat(second.shards()).hasSize(1);
        assertThat(second.nextToken()).isNull();
    }

    @Test
    void records_keepTheirOrder_andAreReadInPages() {
        String stream = createStream(1);
        List<PutRecordsResultEntry> put = put(stream, 0, 25);
        String shard = put.get(0).shardId();

        List<Record> records = read(
                iterator(stream, shard, at -> at.shardIteratorType(ShardIteratorType.TRIM_HORIZON)),
                10,
                read -> read.size() >= 25);

        assertThat(texts(records)).isEqualTo(texts(0, 25));
        assertThat(records)
                .extracting(Record::sequenceNumber)
                .isEqualTo(
                        put.stream().map(PutRecordsResultEntry::sequenceNumber).toList());
        assertThat(records.stream().map(record -> new BigInteger(record.sequenceNumber())))
                .isSorted();
        assertThat(records).extracting(Record::partitionKey).contains("key-0", "key-24");
    }

    @Test
    void iterators_pointAtAndAfterRecords_andBehindTheLast() {
        String stream = createStream(1);
        List<PutRecordsResultEntry> put = put(stream, 0, 5);
        String shard = put.get(0).shardId();
        String third = put.get(2).sequenceNumber();
        String latest = iterator(stream, shard, at -> at.shardIteratorType(ShardIteratorType.LATEST));
        put(stream, 5, 6);

        assertThat(texts(read(
                        iterator(
                                stream,
                                shard,
                                at -> at.shardIteratorType(ShardIteratorType.AT_SEQUENCE_NUMBER)
                                        .startingSequenceNumber(third)),
                        100,
                        read -> read.size() >= 4)))
                .isEqualTo(texts(2, 6));
        assertThat(texts(read(
                        iterator(
                                stream,
                                shard,
                                at -> at.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                                        .startingSequenceNumber(third)),
                        100,
                        read -> read.size() >= 3)))
                .isEqualTo(texts(3, 6));
        assertThat(texts(read(
                        iterator(
                                stream,
                                shard,
                                at -> at.shardIteratorType(ShardIteratorType.AT_TIMESTAMP)
                                        .timestamp(Instant.parse("2020-01-01T00:00:00Z"))),
                        100,
                        read -> read.size() >= 6)))
                .isEqualTo(texts(0, 6));
        assertThat(texts(read(latest, 100, read -> !read.isEmpty()))).isEqualTo(texts(5, 6));
    }

    @Test
    void whatDoesNotExist_isNotFound() {
        String absent = RUN + "-absent";
        String stream = createStream(1);

        assertThatThrownBy(() -> put(absent, 0, 1)).isInstanceOf(ResourceNotFoundException.class);
        assertThatThrownBy(() -> data().shards(absent)).isInstanceOf(ResourceNotFoundException.class);
        assertThatThrownBy(() -> kinesis().deleteStream(request -> request.streamName(absent)))
                .isInstanceOf(ResourceNotFoundException.class);
        assertThatThrownBy(() -> iterator(
                        stream, "shardId-000000000009", at -> at.shardIteratorType(ShardIteratorType.TRIM_HORIZON)))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void aStreamThatExists_isNotMadeAgain() {
        String stream = createStream(1);

        assertThatThrownBy(() -> kinesis()
                        .createStream(request -> request.streamName(stream).shardCount(1)))
                .isInstanceOf(ResourceInUseException.class);
    }

    @Test
    void aShardThatIsSplit_isReadToItsEnd_andItsChildrenHaveTheRest() {
        Feature.RESHARDING.require(lacking());
        String stream = createStream(1);
        String parent = put(stream, 0, 10).get(0).shardId();
        kinesis()
                .splitShard(request ->
                        request.streamName(stream).shardToSplit(parent).newStartingHashKey(MIDDLE.toString()));
        PipelineResources.awaitStream(clients(), stream);
        List<PutRecordsResultEntry> put = put(stream, 10, 30);

        List<Shard> children = data().shards(stream).stream()
                .filter(shard -> parent.equals(shard.parentShardId()))
                .toList();

        assertThat(children).hasSize(2);
        assertThat(Set.copyOf(put.stream().map(PutRecordsResultEntry::shardId).toList()))
                .isEqualTo(Set.copyOf(children.stream().map(Shard::shardId).toList()));
        // Up to a null iterator: a read that only knew when it has enough would not come back by itself.
        assertThat(texts(read(
                        iterator(stream, parent, at -> at.shardIteratorType(ShardIteratorType.TRIM_HORIZON)),
                        100,
                        read -> false)))
                .isEqualTo(texts(0, 10));
        assertThatThrownBy(() -> kinesis()
                        .splitShard(request ->
                                request.streamName(stream).shardToSplit(parent).newStartingHashKey(MIDDLE.toString())))
                .isInstanceOfAny(InvalidArgumentException.class, ResourceInUseException.class);
    }

    @Test
    void shardsThatAreMerged_haveOneChildThatNamesBoth() {
        Feature.RESHARDING.require(lacking());
        String stream = createStream(2);
        List<Shard> parents = data().shards(stream);
        kinesis()
                .mergeShards(request -> request.streamName(stream)
                        .shardToMerge(parents.get(0).shardId())
                        .adjacentShardToMerge(parents.get(1).shardId()));
        PipelineResources.awaitStream(clients(), stream);

        Shard child = data().shards(stream).stream()
                .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
                .findFirst()
                .orElseThrow();

        assertThat(Set.of(child.parentShardId(), child.adjacentParentShardId()))
                .isEqualTo(Set.of(parents.get(0).shardId(), parents.get(1).shardId()));
        assertThat(put(stream, 0, 4)).extracting(PutRecordsResultEntry::shardId).containsOnly(child.shardId());
    }
}
