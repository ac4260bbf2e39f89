package dev.millrace.samples.wordcount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.local.testing.AwsData;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.kinesis.model.Record;

/** What the sample's tables must come to, counted by other means than the sample's. */
final class WordCounts {
    static final String LINES = "lines";

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{Nd}]+");

    private WordCounts() {}

    /** How long so many lines may take, on a machine that has other things to do. */
    static Duration patience(int lines) {
        return Duration.ofMinutes(5 + lines / 50_000);
    }

    /** Waits until the words of these lines are counted, each once. */
    static void awaitCounts(AwsData clients, List<String> lines) {
        Map<String, Long> expected = new TreeMap<>();
        lines.forEach(line -> count(line, "", expected));
        await().atMost(patience(lines.size()))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(clients.rows("word-counts").stream()
                                .collect(Collectors.toMap(row -> row.get("word"), row -> row.get("count"))))
                        .isEqualTo(expected));
    }

    /** Waits until the last minute is over, and the counts of each are those of the lines that came in it. */
    static void awaitMinutes(AwsData clients) {
        Map<String, Long> expected = new TreeMap<>();
        for (Record line : clients.read(LINES)) {
            String minute = " " + line.approximateArrivalTimestamp().truncatedTo(ChronoUnit.MINUTES);
            count(line.data().asUtf8String(), minute, expected);
        }
        await().atMost(patience(0))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(clients.rows("word-counts-per-minute").stream()
                                .collect(Collectors.toMap(
                                        row -> row.get("word") + " " + row.get("window_start"),
                                        row -> row.get("count"))))
                        .isEqualTo(expected));
        assertThat(clients.read("word-count-dead-letters")).isEmpty();
    }

    private static void count(String line, String suffix, Map<String, Long> counts) {
        WORD.matcher(line)
                .results()
                .forEach(word -> counts.merge(word.group().toLowerCase(Locale.ROOT) + suffix, 1L, Long::sum));
    }
}
