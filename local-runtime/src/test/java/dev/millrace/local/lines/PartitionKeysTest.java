package dev.millrace.local.lines;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionKeysTest {
    private static String key(String line) {
        return new PartitionKeys("user").of(line.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"user\":\"ann\"}|ann",
                "{\"x\":{\"user\":\"no\"},\"user\":\"ann\"}|ann",
                "{\"user\":12.50}|12.50",
                "{\"user\":-3e2}|-3e2",
                "{\"user\":\"\\u00e9\"}|\u00e9",
                "{\"user\":\"a\",\"user\":\"b\"}|b",
            })
    void property_isTheKey(String line, String key) {
        assertThat(key(line)).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"user\":true}",
                "{\"user\":null}",
                "{\"user\":{\"a\":1}}",
                "{\"user\":\"\"}",
                "{\"user\":\"ann\"",
                "{\"user\":\"ann\"} trailing",
                "[{\"user\":\"ann\"}]",
                "not json"
            })
    void lineWithoutAUsableProperty_goesByItsContent(String line) {
        assertThat(key(line)).matches("[0-9a-f]{16}").isEqualTo(key(line)).isNotEqualTo(key(line + " "));
    }

    @Test
    void valueLongerThanAKeyMayBe_isNotUsed() {
        assertThat(key("{\"user\":\"" + "x".repeat(256) + "\"}")).hasSize(256);
        assertThat(key("{\"user\":\"" + "x".repeat(257) + "\"}")).hasSize(16);
    }

    @Test
    void contentKey_isTheStartOfTheSha256() {
        assertThat(new PartitionKeys(null).of("abc".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("ba7816bf8f01cfea");
    }
}
