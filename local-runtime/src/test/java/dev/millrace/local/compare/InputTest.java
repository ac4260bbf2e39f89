package dev.millrace.local.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.local.kinesis.PutEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class InputTest {
    private static ComparisonSettings settings(String pipeline, double skew, long seed) {
        return new ComparisonSettings(pipeline, "", skew, 1, seed, 100, 200, 50);
    }

    private static List<String> texts(Input input, int count) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            PutEntry entry = input.next(i == 7 ? Long.valueOf(7) : null);
            texts.add(StandardCharsets.UTF_8.decode(entry.data()).toString());
        }
        return texts;
    }

    @Test
    void theSameSeed_givesTheSameRecords() {
        assertThat(texts(Input.of(settings("word-count", 1.2, 3)), 50))
                .isEqualTo(texts(Input.of(settings("word-count", 1.2, 3)), 50))
                .isNotEqualTo(texts(Input.of(settings("word-count", 1.2, 4)), 50));
    }

    @Test
    void counts_areOfTheWordsThatWerePut() {
        Input input = Input.of(settings("word-count", 1.2, 3));
        Map<String, Long> counted = new TreeMap<>();
        texts(input, 100)
                .forEach(line -> List.of(line.split(" ", -1)).forEach(word -> counted.merge(word, 1L, Long::sum)));

        assertThat(input.counts()).containsExactlyInAnyOrderEntriesOf(counted).containsEntry("probe7", 1L);
        assertThat(input.values()).isEqualTo(800);
    }

    @Test
    void theLargerTheSkew_theMoreOftenTheFirstKeyComes() {
        Input even = Input.of(settings("clickstream", 0, 3));
        Input skewed = Input.of(settings("clickstream", 1.2, 3));
        var unusedEven = texts(even, 5_000);
        var unusedSkewed = texts(skewed, 5_000);

        assertThat(even.counts().getOrDefault("k0", 0L)).isLessThan(50);
        assertThat(skewed.counts().getOrDefault("k0", 0L)).isGreaterThan(500);
    }

    @Test
    void probe_isKnownByItsKey() {
        assertThat(Input.probe("probe17")).isEqualTo(17);
        assertThat(Input.probe("k17")).isNull();
    }

    @Test
    void anotherPipeline_isRefusedByName() {
        assertThatThrownBy(() -> Input.of(settings("orders", 1, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("orders")
                .hasMessageContaining("word-count");
    }

    @Test
    void settingsOutOfBounds_areRefusedByName() {
        assertThatThrownBy(() -> settings("word-count", 3.5, 1)).hasMessageContaining("--skew is 3.5");
        assertThatThrownBy(() -> new ComparisonSettings("word-count", "", 1, 0.5, 1, 100, 200, 50))
                .hasMessageContaining("--seconds is 0.5");
        assertThatThrownBy(() -> new ComparisonSettings("word-count", "", 1, 1, 1, 0, 200, 50))
                .hasMessageContaining("batch size is 0");
    }
}
