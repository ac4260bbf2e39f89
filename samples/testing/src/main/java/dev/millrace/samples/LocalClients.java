package dev.millrace.samples;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** The SDK's clients of a local endpoint, as users have them. To be closed. */
public record LocalClients(KinesisClient kinesis, DynamoDbClient dynamoDb) implements AutoCloseable {
    private static final StaticCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));

    public static LocalClients of(URI endpoint) {
        return new LocalClients(
                KinesisClient.builder()
                        .endpointOverride(endpoint)
                        .region(Region.US_EAST_1)
                        .credentialsProvider(CREDENTIALS)
                        .httpClient(UrlConnectionHttpClient.create())
                        .build(),
                DynamoDbClient.builder()
                        .endpointOverride(endpoint)
                        .region(Region.US_EAST_1)
                        .credentialsProvider(CREDENTIALS)
                        .httpClient(UrlConnectionHttpClient.create())
                        .build());
    }

    /** Puts records, and fails unless all are taken. */
    public void put(String stream, List<PutRecordsRequestEntry> records) {
        int failed = kinesis.putRecords(request -> request.streamName(stream).records(records))
                .failedRecordCount();
        if (failed != 0) {
            throw new IllegalStateException(failed + " records were refused");
        }
    }

    /** The shards of a stream, also those that are closed. */
    public List<String> shards(String stream) {
        return kinesis.listShards(request -> request.streamName(stream)).shards().stream()
                .map(shard -> shard.shardId())
                .toList();
    }

    /** All records of a shard. */
    public List<Record> read(String stream, String shard) {
        List<Record> records = new ArrayList<>();
        String iterator = kinesis.getShardIterator(request ->
                        request.streamName(stream).shardId(shard).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .shardIterator();
        GetRecordsResponse response;
        do {
            String from = iterator;
            response = kinesis.getRecords(request -> request.shardIterator(from));
            records.addAll(response.records());
            iterator = response.nextShardIterator();
        } while (iterator != null && response.millisBehindLatest() > 0);
        return records;
    }

    /** All rows of a table. */
    public Stream<Map<String, AttributeValue>> rows(String table) {
        return dynamoDb.scanPaginator(request -> request.tableName(table)).items().stream();
    }

    /** An attribute that a row must have. */
    public static AttributeValue value(Map<String, AttributeValue> row, String name) {
        return Objects.requireNonNull(row.get(name), name);
    }

    @Override
    public void close() {
        kinesis.close();
        dynamoDb.close();
    }
}
