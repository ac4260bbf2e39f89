package dev.millrace.samples.wordcount;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class BookTest {
    @Test
    void aBook_isAlwaysTheSameAndAsLongAsAsked() {
        List<String> lines = Book.lines(1_000_000, 1);

        assertThat(lines).isEqualTo(Book.lines(1_000_000, 1)).isNotEqualTo(Book.lines(1_000_000, 2));
        assertThat(lines.stream()
                        .mapToInt(line -> line.getBytes(StandardCharsets.UTF_8).length + 1)
                        .sum())
                .isBetween(1_000_000, 1_010_000);
        assertThat(lines).allMatch(line -> line.length() <= 100).contains("");
    }
}
