package dev.millrace.local.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** The life of a stream, as each of the AWS SDK's Kinesis clients sees it. */
class JavaSdkTest {
    private static final String STREAM = "sdk";
    private static LocalEndpoint endpoint;

    @BeforeAll
    static void start() {
        endpoint = LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0));
    }

    @AfterAll
    static void stop() {
        endpoint.close();
    }

    /** Every byte there is, so that nothing of a text is left by accident. */
    private static SdkBytes data(int number) {
        byte[] data = new byte[257];
        IntStream.range(0, data.length).forEach(i -> data[i] = (byte) (i + number));
        return SdkBytes.fromByteArray(data);
    }

    private static List<SdkBytes> read(KinesisClient client, String shardId) {
        List<SdkBytes> all = new ArrayList<>();
        String iterator = client.getShardIterator(request ->
                        request.streamName(STREAM).shardId(shardId).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .shardIterator();
        GetRecordsResponse response;
        do {
            String next = iterator;
            response = client.getRecords(request -> request.shardIterator(next));
            all.addAll(response.records().stream().map(Record::data).toList());
            iterator = response.nextShardIterator();
        } while (iterator != null && !response.records().isEmpty());
        return all;
    }

    @ParameterizedTest
    @EnumSource
    void aStreamLivesAsOnAws(SdkClient kind) throws Exception {
        try (SdkClient.Connection connection = kind.connect(endpoint.uri())) {
            KinesisClient client = connection.client();
            client.createStream(request -> request.streamName(STREAM).shardCount(2));
            client.waiter().waitUntilStreamExists(request -> request.streamName(STREAM));
            List<SdkBytes> put =
                    IntStream.range(0, 50).mapToObj(JavaSdkTest::data).toList();
            List<PutRecordsRequestEntry> entries = IntStream.range(0, 49)
                    .mapToObj(i -> PutRecordsRequestEntry.builder()
                            .partitionKey("cl\u00e9 " + i)
                            .data(put.get(i))
                            .build())
                    .toList();
            assertThat(client.putRecords(request -> request.streamName(STREAM).records(entries))
                            .failedRecordCount())
                    .isZero();
            client.putRecord(request ->
                    request.streamName(STREAM).partitionKey("\ud83c\udf0a").data(put.get(49)));

            List<SdkBytes> found = new ArrayList<>();
            for (Shard shard :
                    client.listShards(request -> request.streamName(STREAM)).shards()) {
                found.addAll(read(client, shard.shardId()));
            }
            assertThat(found).containsExactlyInAnyOrderElementsOf(put);

            reshard(client);
            assertThat(connection.contentTypes()).containsOnly(kind.contentType());
            client.deleteStream(request -> request.streamName(STREAM));
            client.waiter().waitUntilStreamNotExists(request -> request.streamName(STREAM));
            assertThatThrownBy(() -> client.describeStreamSummary(request -> request.streamName(STREAM)))
                    .isInstanceOf(ResourceNotFoundException.class)
                    .hasMessageContaining(STREAM);
        }
    }

    private static void reshard(KinesisClient client) {
        client.splitShard(request ->
                request.streamName(STREAM).shardToSplit("shardId-000000000000").newStartingHashKey("17"));
        client.mergeShards(request -> request.streamName(STREAM)
                .shardToMerge("shardId-000000000003")
                .adjacentShardToMerge("shardId-000000000001"));
        assertThat(client.describeStreamSummary(request -> request.streamName(STREAM))
                        .streamDescriptionSummary()
                        .openShardCount())
                .isEqualTo(2);
        assertThat(client.listShards(request -> request.streamName(STREAM)
                                .shardFilter(filter -> filter.type(ShardFilterType.AT_LATEST)))
                        .shards())
                .extracting(Shard::shardId)
                .containsExactly("shardId-000000000002", "shardId-000000000004");
        assertThat(client.listStreams().streamNames()).containsExactly(STREAM);
    }
}
