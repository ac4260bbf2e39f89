package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyIdTest {
    private static KeyId id(String operator, String key) {
        return KeyId.of(operator, key.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theOrderIsByOperator_thenWhatBelongsToNoKey_thenKeysByTheirUnsignedBytes() {
        List<KeyId> inOrder = List.of(
                KeyId.keyless("a"),
                id("a", ""),
                id("a", "k"),
                id("a", "kk"),
                id("a", "l"),
                KeyId.of("a", new byte[] {(byte) 0x80}),
                KeyId.keyless("b"),
                id("b", "k"));

        for (int i = 0; i < inOrder.size(); i++) {
            for (int j = 0; j < inOrder.size(); j++) {
                assertThat(Integer.signum(inOrder.get(i).compareTo(inOrder.get(j))))
                        .isEqualTo(Integer.compare(i, j));
                assertThat(inOrder.get(i).equals(inOrder.get(j))).isEqualTo(i == j);
            }
        }
        assertThat(id("a", "k")).isEqualTo(id("a", "k")).hasSameHashCodeAs(id("a", "k"));
        assertThat(id("a", "k")).isEqualByComparingTo(id("a", "k"));
    }

    /** Part of the stored format. */
    @Test
    void bucketsAreWhereTheyAlwaysWere_andShortKeysSpreadEvenly() {
        assertThat(id("any", "key-1").bucket(256)).isEqualTo(236);
        assertThat(KeyId.keyless("any").bucket(256)).isEqualTo(256);
        int[] keys = new int[16];
        for (int i = 0; i < 16_000; i++) {
            keys[id("any", "k" + i).bucket(16)]++;
        }

        assertThat(Arrays.stream(keys).min().orElseThrow()).isGreaterThan(900);
        assertThat(Arrays.stream(keys).max().orElseThrow()).isLessThan(1_100);
    }

    @Test
    void aMessageShowsOperatorAndKey() {
        assertThat(id("count", "k")).hasToString("count[k]");
        assertThat(KeyId.keyless("count")).hasToString("count");
    }
}
