package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyOrderTest {
    /** Short keys of few different bytes: many begin alike, some are how others begin, some end in zeros. */
    @Test
    void whenKeysAreSorted_thenTheyAreInTheOrderOfTheirIds() {
        Random random = new Random(20);
        byte[] alphabet = {0, 1, 'a', (byte) 0x80, (byte) 0xff};
        for (int round = 0; round < 2_000; round++) {
            byte[] shared = key(random, alphabet, 4);
            List<KeyState> states = new ArrayList<>();
            int count = random.nextInt(12);
            for (int i = 0; i < count; i++) {
                byte[] end = key(random, alphabet, 11);
                byte[] key = Arrays.copyOf(shared, shared.length + end.length);
                System.arraycopy(end, 0, key, shared.length, end.length);
                states.add(new KeyState(i, KeyId.of("counts", key), Floors.NONE));
            }
            List<KeyState> expected = new ArrayList<>(states);
            expected.sort(Comparator.comparing(state -> state.id));
            KeyOrder.sort(states);
            assertThat(states).containsExactlyElementsOf(expected);
        }
    }

    private static byte[] key(Random random, byte[] alphabet, int maxLength) {
        byte[] key = new byte[random.nextInt(maxLength + 1)];
        for (int i = 0; i < key.length; i++) {
            key[i] = alphabet[random.nextInt(alphabet.length)];
        }
        return key;
    }
}
