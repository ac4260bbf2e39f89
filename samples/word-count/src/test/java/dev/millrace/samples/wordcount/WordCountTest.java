package dev.millrace.samples.wordcount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.local.testing.AwsData;
import dev.millrace.samples.DevProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/**
 * The sample as its users run it: {@code millrace dev} in a process of its own, with two stages of two shards each, and a
 * text of a megabyte whose lines have nothing to do with their partition keys.
 */
class WordCountTest {
    private static final int BYTES = 1_050_000;
    private static final int PER_REQUEST = 250;
    /** Large batches write each word's row less often. */
    private static final String[] OPTIONS = {
        "--idle-timeout", "2s", "--batch-size", "2000", "--batching-window", "500ms"
    };

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
            dev.put(WordCounts.LINES, file);

            WordCounts.awaitCounts(clients, book(1));
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
            assertThat(clients.shards(WordCounts.LINES)).hasSizeGreaterThan(6);
            WordCounts.awaitCounts(clients, lines);
            WordCounts.awaitMinutes(clients);
        }
    }

    private void put(AwsData clients, List<String> lines, int request) {
        int from = request * PER_REQUEST;
        clients.put(
                WordCounts.LINES,
                lines.subList(from, Math.min(lines.size(), from + PER_REQUEST)).stream()
                        .map(line -> PutRecordsRequestEntry.builder()
                                .partitionKey(Long.toHexString(random.nextLong()))
                                .data(SdkBytes.fromUtf8String(line))
                                .build())
                        .toList());
    }

    private static void reshard(AwsData clients, int shards) {
        clients.clients()
                .kinesis()
                .updateShardCount(request -> request.streamName(WordCounts.LINES)
                        .targetShardCount(shards)
                        .scalingType(ScalingType.UNIFORM_SCALING));
        await().until(() -> clients.clients()
                        .kinesis()
                        .describeStreamSummary(request -> request.streamName(WordCounts.LINES))
                        .streamDescriptionSummary()
                        .streamStatus()
                == StreamStatus.ACTIVE);
    }
}
