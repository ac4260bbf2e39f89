package dev.millrace.samples.wordcount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.local.testing.AwsData;
import dev.millrace.samples.DevProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/**
 * The sample as its users run it: {@code millrace dev} in a process of its own, with two stages of two shards each, and a
 * text of a megabyte whose lines have nothing to do with their partition keys.
 */
class WordCountTest {
    private static final int BYTES = 1_050_000;
    private static final int PER_REQUEST = 250;
    private static final String LINES = "lines";
    /** Large batches write each word's row less often. */
    private static final String[] OPTIONS = {
        "--idle-timeout", "2s", "--batch-size", "2000", "--batching-window", "500ms"
    };

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{Nd}]+");

    private final Random random = new Random(5);

    @TempDir
    private Path directory;

    private static List<String> book(long seed) {
        return Book.lines(BYTES, seed).stream().filter(line -> !line.isBlank()).toList();
    }

    @Test
    void whenABookIsPut_thenItsWordsAreCounted() throws Exception {
        Path file = Files.write(directory.resolve("book.txt"), book(1));
        try (DevProcess dev = DevProcess.start("word-count", directory.resolve("data"), OPTIONS);
                AwsData clients = AwsData.at(dev.endpoint())) {
            dev.put(LINES, file);

            awaitCounts(clients, book(1));
            awaitMinutes(clients);
        }
    }

    @Test
    void whenDevIsKilledThreeTimes_thenNoWordIsLostOrDoubled() throws Exception {
        List<String> lines = book(2);
        int requests = lines.size() / PER_REQUEST;
        List<Integer> killsAfter = List.of(
                requests / 6 + random.nextInt(requests / 6),
                requests / 2 + random.nextInt(requests / 6),
                5 * requests / 6 + random.nextInt(requests / 6));
        DevProcess dev = DevProcess.start("word-count", directory.resolve("data"), OPTIONS);
        AwsData clients = AwsData.at(dev.endpoint());
        try {
            for (int request = 0; request * PER_REQUEST < lines.size(); request++) {
                put(clients, lines, request);
                if (killsAfter.contains(request)) {
                    dev.kill();
                    clients.close();
                    dev = DevProcess.start("word-count", directory.resolve("data"), OPTIONS);
                    clients = AwsData.at(dev.endpoint());
                }
            }
            awaitCounts(clients, lines);
            awaitMinutes(clients);
        } finally {
            clients.close();
            dev.close();
        }
    }

    @Test
    void whenTheStreamIsResharded_thenNoWordIsLostOrDoubled() throws Exception {
        List<String> lines = book(3);
        int requests = lines.size() / PER_REQUEST;
        try (DevProcess dev = DevProcess.start("word-count", directory.resolve("data"), OPTIONS);
                AwsData clients = AwsData.at(dev.endpoint())) {
            for (int request = 0; request * PER_REQUEST < lines.size(); request++) {
                put(clients, lines, request);
                if (request == requests / 3) {
                    reshard(clients, 4);
                } else if (request == 2 * requests / 3) {
                    reshard(clients, 3);
                }
            }
            assertThat(clients.shards(LINES)).hasSizeGreaterThan(6);
            awaitCounts(clients, lines);
            awaitMinutes(clients);
        }
    }

    private void put(AwsData clients, List<String> lines, int request) {
        int from = request * PER_REQUEST;
        clients.put(
                LINES,
                lines.subList(from, Math.min(lines.size(), from + PER_REQUEST)).stream()
                        .map(line -> PutRecordsRequestEntry.builder()
                                .partitionKey(Long.toHexString(random.nextLong()))
                                .data(SdkBytes.fromUtf8String(line))
                                .build())
                        .toList());
    }

    private static void reshard(AwsData clients, int shards) {
        clients.clients().kinesis()
                .updateShardCount(request ->
                        request.streamName(LINES).targetShardCount(shards).scalingType(ScalingType.UNIFORM_SCALING));
        await().until(() -> clients.clients().kinesis()
                        .describeStreamSummary(request -> request.streamName(LINES))
                        .streamDescriptionSummary()
                        .streamStatus()
                == StreamStatus.ACTIVE);
    }

    private static void count(String line, String suffix, Map<String, Long> counts) {
        WORD.matcher(line)
                .results()
                .forEach(word -> counts.merge(word.group().toLowerCase(Locale.ROOT) + suffix, 1L, Long::sum));
    }

    private static void awaitCounts(AwsData clients, List<String> lines) {
        Map<String, Long> expected = new TreeMap<>();
        lines.forEach(line -> count(line, "", expected));
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(clients.rows("word-counts").stream().collect(Collectors.toMap(
                                        row -> row.get("word"),
                                        row -> (Long) row.get("count"))))
                        .isEqualTo(expected));
    }

    /** Waits until the last minute is over, and its counts are final. */
    private static void awaitMinutes(AwsData clients) {
        Map<String, Long> expected = new TreeMap<>();
        for (Shard shard : clients.shards(LINES)) {
            for (Record line : clients.read(LINES, shard.shardId())) {
                String minute = " " + line.approximateArrivalTimestamp().truncatedTo(ChronoUnit.MINUTES);
                count(line.data().asUtf8String(), minute, expected);
            }
        }
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(clients.rows("word-counts-per-minute").stream().collect(Collectors.toMap(
                                        row -> row.get("word") + " "
                                                + row.get("window_start"),
                                        row -> (Long) row.get("count"))))
                        .isEqualTo(expected));
        for (Shard shard : clients.shards("word-count-dead-letters")) {
            assertThat(clients.read("word-count-dead-letters", shard.shardId())).isEmpty();
        }
    }
}
