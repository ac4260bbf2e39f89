package dev.millrace.samples.wordcount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.local.junit.MillraceExtension;
import dev.millrace.local.testing.Backend;
import dev.millrace.local.testing.TestPipeline;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Words by the minute in which they came: by the test's clock. */
class WordsByMinuteTest {
    private static final Instant TEN = Instant.parse("2026-01-01T10:00:00Z");

    @RegisterExtension
    static final MillraceExtension MILLRACE =
            MillraceExtension.of(WordCount.class).at(Backend.embedded(TEN.plusSeconds(30)));

    record Count(String word, long count) {}

    record CountPerMinute(String word, Instant windowStart, long count) {}

    @Test
    void words_areCountedInAll_andOnceTheirMinuteIsOver(TestPipeline lines) {
        lines.put("a", "So it goes.");
        lines.put("b", "It goes on");
        lines.process();
        assertThat(lines.rows("word-counts", Count.class))
                .containsExactly(new Count("goes", 2), new Count("it", 2), new Count("on", 1), new Count("so", 1));
        assertThat(lines.rows("word-counts-per-minute")).isEmpty();

        lines.advance(Duration.ofMinutes(1));
        lines.put("a", "it");
        lines.advance(Duration.ofMinutes(1));

        assertThat(lines.rows("word-counts", Count.class)).contains(new Count("it", 3));
        assertThat(lines.rows("word-counts-per-minute", CountPerMinute.class))
                .containsExactly(
                        new CountPerMinute("goes", TEN, 2),
                        new CountPerMinute("it", TEN, 2),
                        new CountPerMinute("it", TEN.plusSeconds(60), 1),
                        new CountPerMinute("on", TEN, 1),
                        new CountPerMinute("so", TEN, 1));
        assertThat(lines.deadLetters()).isEmpty();
    }
}
