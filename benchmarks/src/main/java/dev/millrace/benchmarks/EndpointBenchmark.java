package dev.millrace.benchmarks;

import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/**
 * How many records one client of the AWS SDK puts into the embedded endpoint, and gets out of it, per second: over HTTP,
 * with client and endpoint in this process. Run it with {@code -Xmx512m}.
 */
public final class EndpointBenchmark {
    private static final int BATCH = 500;
    private static final int BATCHES = 200;
    private static final int ROUNDS = 5;
    private static final int SHARDS = 4;
    /** With the partition key, about 120 bytes. */
    private static final int DATA_BYTES = 110;

    private EndpointBenchmark() {}

    /**
     * What a round came to.
     *
     * @param in records put per second
     * @param out records got per second
     */
    record Rates(double in, double out) {}

    public static void main(String[] arguments) throws IOException {
        System.out.println("heap of " + (Runtime.getRuntime().maxMemory() >> 20) + " MiB");
        report("in memory", inMemory(ROUNDS, BATCHES));
        report("in a data folder", inDirectory(ROUNDS, BATCHES));
        System.exit(0);
    }

    /** The medians over a number of rounds, after one for warming up. */
    static Rates inMemory(int rounds, int batches) {
        return rates(LocalEndpointOptions.defaults().withPort(0), rounds, batches);
    }

    static Rates inDirectory(int rounds, int batches) throws IOException {
        Path directory = Files.createTempDirectory("millrace-endpoint-benchmark");
        try {
            return rates(LocalEndpointOptions.defaults().withPort(0).withDataDirectory(directory), rounds, batches);
        } finally {
            delete(directory);
        }
    }

    private static Rates rates(LocalEndpointOptions options, int rounds, int batches) {
        List<Double> in = new ArrayList<>();
        List<Double> out = new ArrayList<>();
        try (LocalEndpoint endpoint = LocalEndpoint.start(options);
                KinesisClient client = LocalKinesis.client(endpoint)) {
            round(client, "warm-up", batches);
            for (int i = 0; i < rounds; i++) {
                Rates round = round(client, "round-" + i, batches);
                in.add(round.in());
                out.add(round.out());
            }
        }
        return new Rates(Medians.of(in), Medians.of(out));
    }

    /** Puts records into a stream of its own, gets them out, and deletes the stream. */
    private static Rates round(KinesisClient client, String stream, int batches) {
        client.createStream(b -> b.streamName(stream).shardCount(SHARDS));
        double records = (double) batches * BATCH;
        double in = records / secondsOf(() -> put(client, stream, batches));
        List<Shard> shards = client.listShards(b -> b.streamName(stream)).shards();
        long[] got = {0};
        double seconds = secondsOf(() -> {
            for (Shard shard : shards) {
                got[0] += get(client, stream, shard.shardId());
            }
        });
        if (got[0] != (long) batches * BATCH) {
            throw new IllegalStateException("put " + records + " records, and got " + got[0]);
        }
        client.deleteStream(b -> b.streamName(stream));
        return new Rates(in, records / seconds);
    }

    private static void put(KinesisClient client, String stream, int batches) {
        SdkBytes data = SdkBytes.fromByteArray("x".repeat(DATA_BYTES).getBytes(StandardCharsets.UTF_8));
        List<PutRecordsRequestEntry> entries = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            entries.add(PutRecordsRequestEntry.builder()
                    .partitionKey("product-" + i)
                    .data(data)
                    .build());
        }
        for (int i = 0; i < batches; i++) {
            PutRecordsResponse response =
                    client.putRecords(b -> b.streamName(stream).records(entries));
            if (response.failedRecordCount() != 0) {
                throw new IllegalStateException(response.failedRecordCount() + " records were refused");
            }
        }
    }

    private static long get(KinesisClient client, String stream, String shardId) {
        String iterator = client.getShardIterator(
                        b -> b.streamName(stream).shardId(shardId).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
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

    private static double secondsOf(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static void report(String where, Rates rates) {
        System.out.println(
                String.format(Locale.ROOT, "%-17s %,9.0f records/s in, %,9.0f out", where, rates.in(), rates.out()));
    }
}
