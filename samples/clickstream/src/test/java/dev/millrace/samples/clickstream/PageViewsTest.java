package dev.millrace.samples.clickstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.millrace.local.junit.MillraceExtension;
import dev.millrace.local.testing.DeadLetter;
import dev.millrace.local.testing.TestPipeline;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PageViewsTest {
    record PageView(
            String page,
            Instant windowStart,
            long views,
            @JsonProperty("final") boolean isFinal) {}

    @RegisterExtension
    static final MillraceExtension MILLRACE = MillraceExtension.of(Clickstream.class);

    @Test
    void viewsAreCounted_andFinalOnceTheirMinuteIsOver(TestPipeline clicks) {
        Instant ten = Instant.parse("2026-01-01T10:00:00Z");
        clicks.put("u17", new Click("u17", "/home", ten), new Click("u17", "/home", ten.plusSeconds(9)));
        clicks.put("u18", "no click at all");
        clicks.process();
        assertThat(clicks.rows("page-views", PageView.class)).containsExactly(new PageView("/home", ten, 2, false));
        assertThat(clicks.deadLetters()).extracting(DeadLetter::reason).containsExactly("undecodable");

        clicks.advance(Duration.ofMinutes(2));
        assertThat(clicks.rows("page-views", PageView.class)).containsExactly(new PageView("/home", ten, 2, true));
    }
}
