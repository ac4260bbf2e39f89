package dev.millrace.local.kcl;

import dev.millrace.local.aws.AwsAddress;
import dev.millrace.local.aws.PipelineResources;
import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.kinesis.PutEntry;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamRecord;
import dev.millrace.local.source.SourceStream;
import dev.millrace.local.testing.AwsData;
import dev.millrace.plan.Plan;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** An endpoint with the streams and tables of {@link Visiting}, and a plain count of what was put. */
final class Visits implements AutoCloseable {
    static final int SHARDS = 4;
    private static final int KEYS = 40;
    private static final long END_MILLIS = 60_000;

    final Plan plan = Plan.of(new Visiting().define());
    final LocalEndpoint endpoint;
    final AwsData data;
    private final Random random = new Random(1);
    private final Map<String, Long> expected = new TreeMap<>();
    private long count;

    Visits() {
        endpoint = LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0));
        data = new AwsData(AwsAddress.local(uri()).clients());
        var unused = PipelineResources.create(data.clients(), plan, SHARDS);
    }

    URI uri() {
        return endpoint.uri();
    }

    /** Visits that take place now. */
    synchronized void put(int visits) {
        List<PutEntry> entries = new ArrayList<>();
        for (int i = 0; i < visits; i++) {
            String key = "page-" + random.nextInt(KEYS);
            long time = System.currentTimeMillis() - random.nextInt(500);
            // The partition key is another than the key: what belongs together comes together in the second stage only.
            entries.add(
                    PutEntry.of(String.valueOf(random.nextInt()), (key + "," + time).getBytes(StandardCharsets.UTF_8)));
            Instant start = Instant.ofEpochMilli(time - Math.floorMod(time, Visiting.WINDOW_MILLIS));
            expected.merge(key + " " + start, 1L, Long::sum);
            count++;
        }
        var unused = endpoint.kinesis().put(Visiting.STREAM, entries);
    }

    /** Visits so late, in each shard, that all windows close that are expected; those of these do not. */
    void putEnd() {
        List<PutEntry> entries = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String visit = "end," + (System.currentTimeMillis() + END_MILLIS);
            entries.add(PutEntry.of("end-" + i, visit.getBytes(StandardCharsets.UTF_8)));
        }
        var unused = endpoint.kinesis().put(Visiting.STREAM, entries);
    }

    synchronized Map<String, Long> expected() {
        return new TreeMap<>(expected);
    }

    synchronized long count() {
        return count;
    }

    Map<String, Long> rows() {
        Map<String, Long> rows = new TreeMap<>();
        data.rows(Visiting.WINDOWS)
                .forEach(row -> rows.put(row.get("key") + " " + row.get("start"), (Long) row.get("count")));
        return rows;
    }

    long counted() {
        return rows().values().stream().mapToLong(Long::longValue).sum();
    }

    /** Of the last record of a shard of the source. */
    String lastSequenceNumber(String shardId) {
        SourceStream stream = SourceStream.of(endpoint.kinesis(), Visiting.STREAM);
        try {
            List<StreamRecord> records = stream.read(
                            stream.iterator(shardId, new StartingPosition.TrimHorizon()), 10_000, Duration.ZERO)
                    .records();
            return records.get(records.size() - 1).sequenceNumber();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Who holds leases of the shards of a stage's stream: the workers' ids. */
    Set<String> owners(int stage) {
        String table = SharedPipeline.leasesTable(plan, plan.stages().get(stage));
        Set<String> owners = new HashSet<>();
        try {
            for (Map<String, AttributeValue> lease : data.clients()
                    .dynamoDb()
                    .scan(request -> request.tableName(table))
                    .items()) {
                AttributeValue owner = lease.get("leaseOwner");
                if (owner != null) {
                    owners.add(owner.s());
                }
            }
        } catch (ResourceNotFoundException e) {
            // Not made yet.
        }
        return owners;
    }

    @Override
    public void close() {
        data.close();
        endpoint.close();
    }
}
