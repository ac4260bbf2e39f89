package dev.millrace.local.testing;

import dev.millrace.local.aws.AwsAddress;
import dev.millrace.local.aws.AwsClients;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** Puts records, and reads streams and tables, by the SDK's clients. Safe for use by several threads. */
public record AwsData(AwsClients clients) implements AutoCloseable {
    private static final int MAX_ENTRIES = 500;
    private static final int MAX_BYTES = 5 * 1024 * 1024;

    /** Of a local endpoint, such as that of {@code millrace dev}; to be closed. */
    public static AwsData at(URI localEndpoint) {
        return new AwsData(AwsAddress.local(localEndpoint).clients());
    }

    /**
     * Puts records, each key's in their order, in requests of up to 500 records and 5 MB, as Kinesis has it.
     *
     * @return where each went
     * @throws IllegalStateException if one is refused, as where a shard gets more than it takes in a second; what went before
     *     it, and others of its request, may have been taken
     */
    public List<PutRecordsResultEntry> put(String stream, List<PutRecordsRequestEntry> records) {
        List<PutRecordsResultEntry> results = new ArrayList<>();
        List<PutRecordsRequestEntry> request = new ArrayList<>();
        int bytes = 0;
        for (PutRecordsRequestEntry record : records) {
            int size = record.data().asByteArrayUnsafe().length
                    + record.partitionKey().getBytes(StandardCharsets.UTF_8).length;
            if (request.size() == MAX_ENTRIES || bytes + size > MAX_BYTES) {
                results.addAll(putAtOnce(stream, request));
                request.clear();
                bytes = 0;
            }
            request.add(record);
            bytes += size;
        }
        if (!request.isEmpty()) {
            results.addAll(putAtOnce(stream, request));
        }
        return results;
    }

    private List<PutRecordsResultEntry> putAtOnce(String stream, List<PutRecordsRequestEntry> records) {
        List<PutRecordsResultEntry> results = clients.kinesis()
                .putRecords(request -> request.streamName(stream).records(records))
                .records();
        for (PutRecordsResultEntry result : results) {
            if (result.errorCode() != null) {
                throw new IllegalStateException("stream '" + stream + "' refused a record: " + result.errorCode() + ", "
                        + result.errorMessage());
            }
        }
        return results;
    }

    /** The shards of a stream, also those that are closed. */
    public List<Shard> shards(String stream) {
        List<Shard> shards = new ArrayList<>();
        ListShardsResponse page = clients.kinesis().listShards(request -> request.streamName(stream));
        shards.addAll(page.shards());
        while (page.nextToken() != null) {
            page = clients.kinesis()
                    .listShards(ListShardsRequest.builder()
                            .nextToken(page.nextToken())
                            .build());
            shards.addAll(page.shards());
        }
        return shards;
    }

    /** All records of a shard. */
    public List<Record> read(String stream, String shardId) {
        List<Record> records = new ArrayList<>();
        String iterator = clients.kinesis()
                .getShardIterator(request ->
                        request.streamName(stream).shardId(shardId).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .shardIterator();
        GetRecordsResponse response;
        do {
            String from = iterator;
            response = clients.kinesis().getRecords(request -> request.shardIterator(from));
            records.addAll(response.records());
            iterator = response.nextShardIterator();
        } while (iterator != null && response.millisBehindLatest() > 0);
        return records;
    }

    /** All records of a stream, shard by shard. */
    public List<Record> read(String stream) {
        return shards(stream).stream()
                .flatMap(shard -> read(stream, shard.shardId()).stream())
                .toList();
    }

    /** All items of a table, by consistent reads. */
    public Stream<Map<String, AttributeValue>> items(String table) {
        return clients
                .dynamoDb()
                .scanPaginator(request -> request.tableName(table).consistentRead(true))
                .items()
                .stream();
    }

    /**
     * All rows of a table of results, in no order: text as {@code String}, whole numbers as {@code Long} and others as
     * {@code BigDecimal}. Rows that were taken back are left out, as are Millrace's own attributes.
     */
    public List<Map<String, Object>> rows(String table) {
        return items(table).filter(item -> !Row.isRetracted(item)).map(Row::of).toList();
    }

    /** Closes the clients. */
    @Override
    public void close() {
        clients.close();
    }
}
