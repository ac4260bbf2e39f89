package dev.millrace.samples.clickstream;

import static dev.millrace.samples.LocalClients.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.samples.AwsCli;
import dev.millrace.samples.DevProcess;
import dev.millrace.samples.LocalClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Record;

/** The sample as its users run it: {@code millrace dev} in a process of its own, and clients over HTTP. */
class ClickstreamTest {
    private static final int CLICKS = 20_000;
    private static final int PER_REQUEST = 250;
    private static final int PER_CLI_REQUEST = 500;
    /** Longer than the test, so that only records move the watermark and every result can be foretold. */
    private static final String[] NEVER_IDLE = {"--idle-timeout", "1h", "--batch-size", "500"};

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path directory;

    @Test
    void whenClicksComeInByPutAndCliAndSdk_thenRowsAndDeadLettersAreThoseTheRulesForetell() throws Exception {
        List<Clicks.Put> clicks = Clicks.make(CLICKS, 1);
        try (DevProcess dev = DevProcess.start("clickstream", directory.resolve("data"), NEVER_IDLE);
                LocalClients clients = LocalClients.of(dev.endpoint())) {
            // Lines go by their users, or by their content, in a file; then all others.
            List<Clicks.Put> byFile = clicks.subList(0, CLICKS / 2);
            Path file = directory.resolve("clicks.jsonl");
            Files.write(file, byFile.stream().map(Clicks.Put::line).toList());
            dev.put("clicks", file, "--partition-key-field", "user");
            int next = CLICKS / 2 + putByCli(dev, clicks.subList(CLICKS / 2, CLICKS / 2 + 4 * PER_CLI_REQUEST));
            for (int i = next; i < CLICKS; i += PER_REQUEST) {
                put(clients, clicks.subList(i, i + PER_REQUEST));
            }
            assertExact(clients);
        }
    }

    /** @return how many were put: none if the AWS CLI is not installed */
    private int putByCli(DevProcess dev, List<Clicks.Put> clicks) throws Exception {
        Optional<AwsCli> cli = AwsCli.find(dev.endpoint(), directory);
        if (cli.isEmpty()) {
            System.out.println("The AWS CLI is not installed: its share of the clicks is put by the SDK");
            return 0;
        }
        for (int i = 0; i < clicks.size(); i += PER_CLI_REQUEST) {
            cli.get()
                    .putRecords(
                            "clicks",
                            clicks.subList(i, i + PER_CLI_REQUEST).stream()
                                    .map(click -> Map.entry(click.partitionKey(), click.line()))
                                    .toList());
        }
        return clicks.size();
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
        LocalClients clients = LocalClients.of(dev.endpoint());
        try {
            for (int i = 0; i < CLICKS; i += PER_REQUEST) {
                put(clients, clicks.subList(i, i + PER_REQUEST));
                if (killsAt.contains(i)) {
                    dev.kill();
                    clients.close();
                    dev = DevProcess.start("clickstream", directory.resolve("data"), NEVER_IDLE);
                    clients = LocalClients.of(dev.endpoint());
                }
            }
            assertExact(clients);
        } finally {
            clients.close();
            dev.close();
        }
    }

    private static void put(LocalClients clients, List<Clicks.Put> clicks) {
        clients.put(
                "clicks",
                clicks.stream()
                        .map(click -> PutRecordsRequestEntry.builder()
                                .partitionKey(click.partitionKey())
                                .data(SdkBytes.fromUtf8String(click.line()))
                                .build())
                        .toList());
    }

    private static void assertExact(LocalClients clients) {
        ClickModel model = new ClickModel();
        int taken = 0;
        for (String shard : clients.shards("clicks")) {
            for (Record click : clients.read("clicks", shard)) {
                model.take(
                        shard,
                        click.sequenceNumber(),
                        click.data().asUtf8String(),
                        click.approximateArrivalTimestamp());
                taken++;
            }
        }
        assertThat(taken).isEqualTo(CLICKS);
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> assertThat(rows(clients)).isEqualTo(model.rows()));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(deadLetters(clients)).isEqualTo(model.deadLetters()));
        assertThat(model.deadLetters().values())
                .contains("late", "undecodable", "no-event-time", "future-event-time", "null-key");
        assertThat(model.rows().values()).anyMatch(row -> row.endsWith("true")).anyMatch(row -> row.endsWith("false"));
    }

    private static Map<String, String> rows(LocalClients clients) {
        return clients.rows("page-views")
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

    /** By position; each id once, as a reader of the dead letters would take them. */
    private static Map<String, String> deadLetters(LocalClients clients) throws IOException {
        Map<String, JsonNode> byId = new TreeMap<>();
        for (String shard : clients.shards("clicks-dead-letters")) {
            for (Record record : clients.read("clicks-dead-letters", shard)) {
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
}
