package dev.millrace.state;

import static dev.millrace.state.TestLogs.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.engine.KeyId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a log may be called and laid out by, and how messages name a key. */
class NamesAndLayoutsTest {
    private static final StateLogSettings SETTINGS = StateLogSettings.of("writer", null);

    @ParameterizedTest
    @CsvSource({"4,1", "1048576,4096"})
    void layoutsWithinTheBounds(int ringSlots, int buckets) {
        assertThat(SETTINGS.withLayout(ringSlots, buckets).ringSlots()).isEqualTo(ringSlots);
    }

    @ParameterizedTest
    @CsvSource({"3,1", "1048577,1", "4,0", "4,4097"})
    void layoutsBeyondTheBoundsAreRefused(int ringSlots, int buckets) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SETTINGS.withLayout(ringSlots, buckets))
                .withMessageContaining(ringSlots + " slots and " + buckets + " buckets");
    }

    @ParameterizedTest
    @CsvSource({"0,1", "409601,1", "1,0"})
    void limitsBeyondTheBoundsAreRefused(int itemLimitBytes, int keyLimitBytes) {
        assertThatIllegalArgumentException().isThrownBy(() -> SETTINGS.withLimits(itemLimitBytes, keyLimitBytes));
        assertThatCode(() -> SETTINGS.withLimits(409_600, 1)).doesNotThrowAnyException();
        assertThatCode(() -> SETTINGS.withLimits(1, 1)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 101})
    void aWritersIdHasOneToAHundredCharacters(int length) {
        assertThatIllegalArgumentException().isThrownBy(() -> StateLogSettings.of("w".repeat(length), null));
        assertThatIllegalArgumentException().isThrownBy(() -> StateLogSettings.of("a/b", null));
        assertThat(StateLogSettings.of("w".repeat(100), null).writerId()).hasSize(100);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 201})
    void aPartOfALogsNameHasOneToTwoHundredCharacters(int length) {
        String part = "p".repeat(length);
        assertThatIllegalArgumentException().isThrownBy(() -> new LogName(part, "s", "p"));
        assertThatIllegalArgumentException().isThrownBy(() -> new LogName("p", part, "p"));
        assertThatIllegalArgumentException().isThrownBy(() -> new LogName("p", "s", part));
        assertThatIllegalArgumentException().isThrownBy(() -> new LogName("p", "s", "/shard"));
        assertThat(new LogName("p".repeat(200), "s", "p").pipeline()).hasSize(200);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1,-1"})
    void anEpochIsAtLeastOneAndAStartNumberNotNegative(long epoch, long startNumber) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Header(1, epoch, 8, 3, startNumber, 0, 0, java.util.List.of()));
    }

    @Test
    void aMessageNamesAKeySoThatItCanBeRead() {
        assertThat(KeyText.of(KeyId.keyless("count"))).isEqualTo("operator 'count' (state that belongs to no key)");
        assertThat(KeyText.of(KeyId.of("count", bytes("a\nb")))).isEqualTo("operator 'count', key 'a\ufffdb'");
        String sixty = "k".repeat(60);
        assertThat(KeyText.of(KeyId.of("count", bytes(sixty)))).isEqualTo("operator 'count', key '" + sixty + "'");
        assertThat(KeyText.of(KeyId.of("count", bytes(sixty + "k"))))
                .isEqualTo("operator 'count', key '" + sixty + "'... (61 bytes)");
    }
}
