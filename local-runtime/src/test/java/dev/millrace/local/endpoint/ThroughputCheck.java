package dev.millrace.local.endpoint;

import dev.millrace.local.kinesis.EmbeddedKinesis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/**
 * Measures how many records one client puts in and gets out per second, both over HTTP with client and endpoint in this
 * process. Arguments: "memory" or "directory", then "cbor" or "json". Run it with -Xmx512m.
 */
final class ThroughputCheck {
    private static final int BATCHES = 1200;
    private static final int BATCH = 500;

    private ThroughputCheck() {}

    public static void main(String[] args) throws Exception {
        LocalEndpointOptions options = LocalEndpointOptions.defaults().withPort(0);
        if (args[0].equals("directory")) {
            options = options.withDataDirectory(Files.createTempDirectory("throughput"));
        }
        long start = System.nanoTime();
        try (LocalEndpoint endpoint = LocalEndpoint.start(options);
                KinesisClient client = args[1].equals("json")
                        ? Clients.kinesisOverJson(endpoint.uri())
                        : Clients.kinesis(endpoint.uri())) {
            report(
                    "started in %d ms",
                    Duration.ofNanos(System.nanoTime() - start).toMillis());
            client.createStream(b -> b.streamName("s").shardCount(4));
            put(client, BATCHES / 4);
            rate("put", BATCHES, put(client, BATCHES));
            EmbeddedKinesis kinesis = endpoint.kinesis();
            long read = 0;
            start = System.nanoTime();
            for (var shard : kinesis.describe("s").shards()) {
                read += readAll(client, shard.shardId());
            }
            rate("get", (int) (read / BATCH), System.nanoTime() - start);
            Runtime runtime = Runtime.getRuntime();
            report(
                    "heap used %d of %d MiB",
                    (runtime.totalMemory() - runtime.freeMemory()) >> 20, runtime.maxMemory() >> 20);
        }
        Path unused = options.dataDirectory();
        if (unused != null) {
            report("data is in %s", unused);
        }
        System.exit(0);
    }

    private static long put(KinesisClient client, int batches) {
        SdkBytes data = SdkBytes.fromByteArray(new byte[110]);
        List<PutRecordsRequestEntry> entries = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            entries.add(PutRecordsRequestEntry.builder()
                    .partitionKey("key-" + i)
                    .data(data)
                    .build());
        }
        long start = System.nanoTime();
        for (int i = 0; i < batches; i++) {
            client.putRecords(b -> b.streamName("s").records(entries));
        }
        return System.nanoTime() - start;
    }

    private static long readAll(KinesisClient client, String shardId) {
        String iterator = client.getShardIterator(
                        b -> b.streamName("s").shardId(shardId).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .shardIterator();
        long count = 0;
        GetRecordsResponse response;
        do {
            String from = iterator;
            response = client.getRecords(b -> b.shardIterator(from));
            count += response.records().size();
            iterator = response.nextShardIterator();
        } while (response.millisBehindLatest() > 0);
        return count;
    }

    private static void rate(String what, int batches, long nanos) {
        report("%s %d records/s", what, (long) (batches * (double) BATCH / nanos * 1e9));
    }

    private static void report(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
