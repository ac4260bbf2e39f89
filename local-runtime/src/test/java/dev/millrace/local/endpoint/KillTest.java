package dev.millrace.local.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** The endpoint in a process of its own, killed with SIGKILL in mid-write again and again. */
class KillTest {
    private static final int KILLS = 3;
    private static final int WRITES_BEFORE_A_KILL = 40;

    /** The process that is killed. The argument is the data directory; prints its address when it is ready. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws Exception {
            LocalEndpoint endpoint = LocalEndpoint.start(
                    LocalEndpointOptions.defaults().withPort(0).withDataDirectory(Path.of(args[0])));
            System.out.println(endpoint.uri());
            Thread.currentThread().join();
        }
    }

    @Test
    void whatWasAcknowledgedSurvivesSigkill(@TempDir Path directory) throws Exception {
        Set<String> records = new ConcurrentSkipListSet<>();
        Set<String> items = new ConcurrentSkipListSet<>();
        for (int run = 0; run <= KILLS; run++) {
            Process process = child(directory);
            try (BufferedReader out = process.inputReader()) {
                URI uri = URI.create(String.valueOf(out.readLine()));
                try (KinesisClient kinesis = Clients.kinesis(uri);
                        DynamoDbClient dynamoDb = Clients.dynamoDb(uri, Region.US_EAST_1, "one")) {
                    if (run == 0) {
                        kinesis.createStream(b -> b.streamName("s").shardCount(1));
                        EndpointTest.createTable(dynamoDb, "table");
                    }
                    assertThat(readRecords(kinesis)).containsAll(records);
                    assertThat(scan(dynamoDb)).containsAll(items);
                    assertThat(consumersWithOneMore(kinesis, run)).hasSize(run + 1);
                    if (run < KILLS) {
                        writeUntilKilled(process, run, kinesis, records, dynamoDb, items);
                    }
                }
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
        assertThat(records).hasSizeGreaterThanOrEqualTo(KILLS * WRITES_BEFORE_A_KILL);
        assertThat(items).hasSizeGreaterThanOrEqualTo(KILLS * WRITES_BEFORE_A_KILL);
    }

    /** The names of the consumers, once another has been registered; some process was killed after each before. */
    private static List<String> consumersWithOneMore(KinesisClient kinesis, int run) {
        String arn = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
        kinesis.registerStreamConsumer(b -> b.streamARN(arn).consumerName("c" + run));
        return kinesis.listStreamConsumers(b -> b.streamARN(arn)).consumers().stream()
                .map(Consumer::consumerName)
                .toList();
    }

    private static Process child(Path directory) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Two writers that go on while the process is killed; only what was acknowledged is noted. */
    private static void writeUntilKilled(
            Process process,
            int run,
            KinesisClient kinesis,
            Set<String> records,
            DynamoDbClient dynamoDb,
            Set<String> items)
            throws InterruptedException {
        CountDownLatch enough = new CountDownLatch(2);
        // A thread each: on a machine of two cores the common pool may have only one.
        Executor threads = task -> new Thread(task).start();
        CompletableFuture<Void> recordWriter = CompletableFuture.runAsync(
                () -> writeWhileAlive(process, i -> {
                    String text = run + "-" + i;
                    kinesis.putRecord(b -> b.streamName("s").partitionKey("k").data(SdkBytes.fromUtf8String(text)));
                    records.add(text);
                    countDownAt(i, enough);
                }),
                threads);
        CompletableFuture<Void> itemWriter = CompletableFuture.runAsync(
                () -> writeWhileAlive(process, i -> {
                    String id = run + "-" + i;
                    dynamoDb.putItem(b -> b.tableName("table").item(EndpointTest.item(id)));
                    items.add(id);
                    countDownAt(i, enough);
                }),
                threads);
        assertThat(enough.await(60, TimeUnit.SECONDS))
                .as("both writers make progress")
                .isTrue();
        process.destroyForcibly().waitFor();
        CompletableFuture.allOf(recordWriter, itemWriter).join();
    }

    private static void countDownAt(int write, CountDownLatch enough) {
        if (write == WRITES_BEFORE_A_KILL) {
            enough.countDown();
        }
    }

    private static void writeWhileAlive(Process process, IntConsumer write) {
        try {
            for (int i = 0; process.isAlive(); i++) {
                write.accept(i);
            }
        } catch (SdkException e) {
            // A connection breaks a moment before the process counts as dead.
            Process ended = process.onExit()
                    .orTimeout(10, TimeUnit.SECONDS)
                    .exceptionally(late -> process)
                    .join();
            assertThat(ended.isAlive())
                    .as("only a killed endpoint may fail: %s", e)
                    .isFalse();
        }
    }

    private static List<String> readRecords(KinesisClient client) {
        List<String> texts = new ArrayList<>();
        String iterator = client.getShardIterator(b -> b.streamName("s")
                        .shardId("shardId-000000000000")
                        .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .shardIterator();
        GetRecordsResponse read;
        do {
            String from = iterator;
            read = client.getRecords(b -> b.shardIterator(from));
            read.records().forEach(record -> texts.add(record.data().asUtf8String()));
            iterator = read.nextShardIterator();
        } while (read.millisBehindLatest() > 0);
        return texts;
    }

    private static Set<String> scan(DynamoDbClient client) {
        Set<String> ids = new TreeSet<>();
        client.scanPaginator(b -> b.tableName("table").consistentRead(true))
                .items()
                .forEach(item -> item.values().forEach(id -> ids.add(id.s())));
        return ids;
    }
}
