package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeyedStateTest {
    private static final KeyId KEY = KeyId.of("count", "key".getBytes(StandardCharsets.UTF_8));
    private final KeyedState state = new KeyedState(1);

    private void put(long namespace, @Nullable String value) {
        byte[] bytes = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
        state.apply(new CellChange(KEY, namespace, bytes));
    }

    private List<String> cells() {
        List<String> cells = new ArrayList<>();
        state.cells(KEY)
                .forEach((namespace, value) -> cells.add(namespace + "=" + new String(value, StandardCharsets.UTF_8)));
        return cells;
    }

    @Test
    void cellsAreInTheOrderOfTheirNamespaces_howeverTheyCome() {
        for (long namespace : new long[] {5, -7, 9, 6, 0, 1_000}) {
            put(namespace, "v" + namespace);
        }
        put(6, "new");
        put(0, null);
        put(77, null);

        assertThat(cells()).containsExactly("-7=v-7", "5=v5", "6=new", "9=v9", "1000=v1000");
        assertThat(state.cells(KEY).keySet()).containsExactly(-7L, 5L, 6L, 9L, 1_000L);
        Iterator<Map.Entry<Long, byte[]>> past = state.cells(KEY).entrySet().iterator();
        for (int i = 0; i < 5; i++) {
            past.next();
        }
        assertThat(past.hasNext()).isFalse();
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(past::next);
    }

    @Test
    void aBucketCountsWhatItHolds() {
        put(1, "four");
        assertThat(state.bucket(0).bytes()).isEqualTo(3 + 8 + 4);
        put(2, "longer");
        put(1, "xs");
        assertThat(state.bucket(0).bytes()).isEqualTo(2 * (3 + 8) + 6 + 2);
        put(1, null);
        put(1, null);
        assertThat(state.bucket(0).bytes()).isEqualTo(3 + 8 + 6);
        put(2, null);

        assertThat(state.bucket(0).bytes()).isZero();
        assertThat(state.bucket(0).cells())
                .as("a key without cells is forgotten")
                .isEmpty();
    }

    @Test
    void aPositionIsThatOfARecord_andInTheOrderOfTheShard() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Position("", 0, false));
        assertThatIllegalArgumentException().isThrownBy(() -> new Position("1", -1, false));
        assertThat(new Position("9", 0, false)).isLessThan(new Position("10", 0, false));
        assertThat(new Position("10", 0, true)).isLessThan(new Position("10", 1, false));
        assertThat(new Position("10", 1, true)).isEqualByComparingTo(new Position("10", 1, false));
    }

    @Test
    void limitsArePositive() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Limits(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Limits(1, 0));
        assertThat(new Limits(1, 1).maxOutputs()).isEqualTo(1);
    }
}
