package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class HashRangeTest {
    private static HashRange range(long first, long last) {
        return new HashRange(BigInteger.valueOf(first), BigInteger.valueOf(last));
    }

    @Test
    void bothEndsAreInside() {
        HashRange range = range(10, 20);
        assertThat(range.contains(BigInteger.valueOf(9))).isFalse();
        assertThat(range.contains(BigInteger.valueOf(10))).isTrue();
        assertThat(range.contains(BigInteger.valueOf(20))).isTrue();
        assertThat(range.contains(BigInteger.valueOf(21))).isFalse();
    }

    @Test
    void rangesThatShareOneHashIntersect_andNeighboursDoNot() {
        assertThat(range(10, 20).intersects(range(20, 30))).isTrue();
        assertThat(range(20, 30).intersects(range(10, 20))).isTrue();
        assertThat(range(10, 20).intersects(range(21, 30))).isFalse();
        assertThat(range(21, 30).intersects(range(10, 20))).isFalse();
        assertThat(range(10, 20).intersection(range(15, 30))).isEqualTo(range(15, 20));
    }

    @Test
    void whatIsNoRangeIsRefused() {
        BigInteger beyond = HashRange.ALL.last().add(BigInteger.ONE);
        assertThatIllegalArgumentException().isThrownBy(() -> range(-1, 5));
        assertThatIllegalArgumentException().isThrownBy(() -> range(6, 5));
        assertThatIllegalArgumentException().isThrownBy(() -> new HashRange(BigInteger.ZERO, beyond));
        assertThat(range(0, 0).contains(BigInteger.ZERO)).isTrue();
        assertThat(range(5, 5).contains(BigInteger.valueOf(5))).isTrue();
    }
}
