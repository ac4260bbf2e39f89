package dev.millrace.samples.clickstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.local.testing.AwsData;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Puts clicks, and compares what comes of them with what the rules foretell. */
final class ClickResults {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ClickResults() {}

    /** How long so many may take, on a machine that has other things to do. */
    static Duration patience(int clicks) {
        return Duration.ofMinutes(2 + clicks / 50_000);
    }

    static void put(AwsData clients, List<Clicks.Put> clicks) {
        clients.put(
                "clicks",
                clicks.stream()
                        .map(click -> PutRecordsRequestEntry.builder()
                                .partitionKey(click.partitionKey())
                                .data(SdkBytes.fromUtf8String(click.line()))
                                .build())
                        .toList());
    }

    /** Waits until rows and dead letters are those of all clicks in the stream, which must be that many. */
    static void assertExact(AwsData clients, int clicks) {
        ClickModel model = new ClickModel();
        int taken = 0;
        for (Shard shard : clients.shards("clicks")) {
            for (Record click : clients.read("clicks", shard.shardId())) {
                model.take(
                        shard.shardId(),
                        click.sequenceNumber(),
                        click.data().asUtf8String(),
                        click.approximateArrivalTimestamp());
                taken++;
            }
        }
        assertThat(taken).isEqualTo(clicks);
        await().atMost(patience(clicks))
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> assertThat(rows(clients)).isEqualTo(model.rows()));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(deadLetters(clients)).isEqualTo(model.deadLetters()));
        assertThat(model.deadLetters().values())
                .contains("late", "undecodable", "no-event-time", "future-event-time", "null-key");
        assertThat(model.rows().values()).anyMatch(row -> row.endsWith("true")).anyMatch(row -> row.endsWith("false"));
    }

    /** Window end, views and whether they are final, by page and window. */
    static Map<String, String> rows(AwsData clients) {
        return clients.rows("page-views").stream()
                .collect(Collectors.toMap(
                        row -> row.get("page") + " " + row.get("window_start"),
                        row -> row.get("window_end") + " " + row.get("views") + " " + row.get("final"),
                        (left, right) -> {
                            throw new IllegalStateException("two rows of one key");
                        },
                        TreeMap::new));
    }

    /** By position; each id once, as a reader of the dead letters would take them. */
    static Map<String, String> deadLetters(AwsData clients) throws IOException {
        Map<String, JsonNode> byId = new TreeMap<>();
        for (Shard shard : clients.shards("clicks-dead-letters")) {
            for (Record record : clients.read("clicks-dead-letters", shard.shardId())) {
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
