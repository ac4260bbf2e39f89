package dev.millrace.samples.clickstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** The sample as its users run it: {@code millrace dev} in a process of its own, and clients over HTTP. */
class ClickstreamTest {
    private static final int CLICKS = 20_000;
    private static final int PER_REQUEST = 250;
    /** Longer than the test, so that only records move the watermark and every result can be foretold. */
    private static final String[] NEVER_IDLE = {"--idle-timeout", "1h", "--batch-size", "500"};

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path directory;

    @SuppressWarnings("NullAway.Init") // Each test connects first.
    private KinesisClient kinesis;

    @SuppressWarnings("NullAway.Init")
    private DynamoDbClient dynamoDb;

    @AfterEach
    void closeClients() {
        kinesis.close();
        dynamoDb.close();
    }

    @Test
    void whenClicksComeInByPutAndBySdk_thenRowsAndDeadLettersAreThoseTheRulesForetell() throws Exception {
        List<Clicks.Put> clicks = Clicks.make(CLICKS, 1);
        try (DevProcess dev = DevProcess.start("clickstream", directory.resolve("data"), NEVER_IDLE)) {
            connect(dev.endpoint());
            // Lines that have their page for a partition key come by `put`, in a file; then all others.
            List<Clicks.Put> byFile = clicks.subList(0, CLICKS / 2).stream()
                    .filter(ClickstreamTest::hasPageForKey)
                    .toList();
            Path file = directory.resolve("clicks.jsonl");
            Files.write(file, byFile.stream().map(Clicks.Put::line).toList());
            dev.put("clicks", file, "--partition-key-field", "page");
            List<Clicks.Put> bySdk = clicks.subList(CLICKS / 2, CLICKS);
            for (int i = 0; i < bySdk.size(); i += PER_REQUEST) {
                put(bySdk.subList(i, i + PER_REQUEST));
            }
            assertExact(byFile.size() + bySdk.size());
        }
    }

    @Test
    void whenDevIsKilledThreeTimes_thenNothingIsLostOrDoubled() throws Exception {
        List<Clicks.Put> clicks = Clicks.make(CLICKS, 2);
        Random random = new Random(3);
        List<Integer> killsAt = List.of(
                PER_REQUEST * (5 + random.nextInt(15)),
                PER_REQUEST * (25 + random.nextInt(15)),
                PER_REQUEST * (50 + random.nextInt(20)));
        DevProcess dev = DevProcess.start("clickstream", directory.resolve("data"), NEVER_IDLE);
        try {
            connect(dev.endpoint());
            for (int i = 0; i < CLICKS; i += PER_REQUEST) {
                put(clicks.subList(i, i + PER_REQUEST));
                if (killsAt.contains(i)) {
                    dev.kill();
                    closeClients();
                    dev = DevProcess.start("clickstream", directory.resolve("data"), NEVER_IDLE);
                    connect(dev.endpoint());
                }
            }
            assertExact(CLICKS);
        } finally {
            dev.close();
        }
    }

    private static boolean hasPageForKey(Clicks.Put put) {
        try {
            JsonNode line = JSON.readTree(put.line());
            return line.path("page").isTextual()
                    && line.path("page").textValue().equals(put.partitionKey());
        } catch (IOException e) {
            return false;
        }
    }

    private void connect(URI endpoint) {
        StaticCredentialsProvider credentials =
                StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));
        kinesis = KinesisClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .httpClient(UrlConnectionHttpClient.create())
                .build();
        dynamoDb = DynamoDbClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    private void put(List<Clicks.Put> clicks) {
        List<PutRecordsRequestEntry> entries = clicks.stream()
                .map(click -> PutRecordsRequestEntry.builder()
                        .partitionKey(click.partitionKey())
                        .data(SdkBytes.fromByteArray(click.data()))
                        .build())
                .toList();
        assertThat(kinesis.putRecords(request -> request.streamName("clicks").records(entries))
                        .failedRecordCount())
                .isZero();
    }

    private void assertExact(int put) {
        ClickModel model = new ClickModel();
        int taken = 0;
        for (String shard : shards("clicks")) {
            for (Record click : read("clicks", shard)) {
                model.take(
                        shard,
                        click.sequenceNumber(),
                        new Clicks.Put(click.partitionKey(), click.data().asUtf8String()),
                        click.approximateArrivalTimestamp());
                taken++;
            }
        }
        assertThat(taken).isEqualTo(put);
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> assertThat(rows()).isEqualTo(model.rows()));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(deadLetters()).isEqualTo(model.deadLetters()));
        assertThat(model.deadLetters().values())
                .contains("late", "undecodable", "no-event-time", "future-event-time", "key-mismatch");
        assertThat(model.rows().values()).anyMatch(row -> row.endsWith("true")).anyMatch(row -> row.endsWith("false"));
    }

    private Map<String, String> rows() {
        return dynamoDb.scanPaginator(request -> request.tableName("page-views")).items().stream()
                .collect(Collectors.toMap(
                        row -> value(row, "page").s() + " "
                                + value(row, "window_start").s(),
                        row -> value(row, "window_end").s() + " "
                                + value(row, "views").n() + " "
                                + value(row, "final").bool(),
                        (left, right) -> {
                            throw new IllegalStateException("two rows of one key");
                        },
                        TreeMap::new));
    }

    private static AttributeValue value(Map<String, AttributeValue> row, String name) {
        return Objects.requireNonNull(row.get(name), name);
    }

    /** By position; each id once, as a reader of the dead letters would take them. */
    private Map<String, String> deadLetters() throws IOException {
        Map<String, JsonNode> byId = new TreeMap<>();
        for (String shard : shards("clicks-dead-letters")) {
            for (Record record : read("clicks-dead-letters", shard)) {
                JsonNode letter = JSON.readTree(record.data().asByteArray());
                JsonNode before = byId.put(letter.path("id").asText(), letter);
                assertThat(before).as("one id never has two contents").isIn(null, letter);
            }
        }
        Map<String, String> reasons = new TreeMap<>();
        for (JsonNode letter : byId.values()) {
            String position = letter.path("shard").asText() + ":"
                    + letter.path("sequence_number").asText();
            assertThat(reasons.put(position, letter.path("reason").asText()))
                    .as("one dead letter of " + position)
                    .isNull();
        }
        return reasons;
    }

    private List<String> shards(String stream) {
        return kinesis.listShards(request -> request.streamName(stream)).shards().stream()
                .map(shard -> shard.shardId())
                .toList();
    }

    private List<Record> read(String stream, String shard) {
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
        } while (response.millisBehindLatest() > 0);
        return records;
    }
}
