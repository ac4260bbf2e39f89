package dev.millrace.benchmarks;

import dev.millrace.driver.ShardInfo;
import dev.millrace.driver.StreamShards;
import dev.millrace.engine.HashRange;
import dev.millrace.engine.Position;
import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.sink.StreamRecord;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** The embedded Kinesis in memory, reached over HTTP by a client that counts what it puts. Not safe for use by several threads. */
final class LocalKinesis implements AutoCloseable {
    private final LocalEndpoint endpoint =
            LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0));
    private final PutCounter puts = new PutCounter();
    private final KinesisClient client = client(endpoint, puts);

    /**
     * What was put.
     *
     * @param requests calls of PutRecords, repeated ones included
     * @param records in them
     * @param bytes of the records' data and partition keys, as Kinesis counts them
     */
    record Puts(long requests, long records, long bytes) {
        static final Puts NONE = new Puts(0, 0, 0);

        Puts since(Puts earlier) {
            return new Puts(requests - earlier.requests, records - earlier.records, bytes - earlier.bytes);
        }
    }

    private static final class PutCounter implements ExecutionInterceptor {
        private Puts total = Puts.NONE;

        @Override
        public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
            if (context.request() instanceof PutRecordsRequest request) {
                long bytes = request.records().stream()
                        .map(entry -> new StreamRecord(
                                entry.partitionKey(), entry.data().asByteArrayUnsafe()))
                        .mapToLong(StreamRecord::size)
                        .sum();
                total = new Puts(
                        total.requests() + 1,
                        total.records() + request.records().size(),
                        total.bytes() + bytes);
            }
        }
    }

    static KinesisClient client(LocalEndpoint endpoint, ExecutionInterceptor... interceptors) {
        return KinesisClient.builder()
                .endpointOverride(endpoint.uri())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .overrideConfiguration(override -> override.executionInterceptors(List.of(interceptors)))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    KinesisClient client() {
        return client;
    }

    /** What has been put so far. */
    Puts puts() {
        return puts.total;
    }

    /** Makes a stream, none of whose shards is ever closed. */
    StreamShards createStream(String stream, int shardCount) {
        client.createStream(request -> request.streamName(stream).shardCount(shardCount));
        List<ShardInfo> shards = client.listShards(request -> request.streamName(stream)).shards().stream()
                .map(LocalKinesis::info)
                .toList();
        return new StreamShards() {
            @Override
            public List<ShardInfo> list() {
                return shards;
            }

            @Override
            public boolean isReadAfter(String shardId, @Nullable Position position) {
                throw new IllegalStateException("shard " + shardId + " is open: a read of it has no end");
            }
        };
    }

    /** An iterator at a shard's beginning. */
    String iterator(String stream, String shardId) {
        return client.getShardIterator(request ->
                        request.streamName(stream).shardId(shardId).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .shardIterator();
    }

    private static ShardInfo info(Shard shard) {
        HashRange range = new HashRange(
                new BigInteger(shard.hashKeyRange().startingHashKey()),
                new BigInteger(shard.hashKeyRange().endingHashKey()));
        return new ShardInfo(shard.shardId(), List.of(), range, true);
    }

    @Override
    public void close() {
        client.close();
        endpoint.close();
    }
}
