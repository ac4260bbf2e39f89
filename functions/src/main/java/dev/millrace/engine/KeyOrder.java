package dev.millrace.engine;

import java.util.Arrays;
import java.util.List;

/**
 * Sorts the keys of one operator by {@link KeyId}. A commit sorts all that it touched, and keys mostly begin alike
 * ({@code product-100412}); so the eight bytes after what all of them begin with are looked up once for each key, and few
 * comparisons have to go to the keys themselves.
 */
final class KeyOrder {
    private KeyOrder() {}

    static void sort(List<KeyState> states) {
        if (states.size() < 2) {
            return;
        }
        int shared = sharedPrefix(states);
        for (KeyState state : states) {
            state.sortPrefix = eightBytes(state.id.key(), shared);
        }
        states.sort(KeyOrder::compare);
    }

    private static int compare(KeyState left, KeyState right) {
        int order = Long.compareUnsigned(left.sortPrefix, right.sortPrefix);
        return order != 0 ? order : left.id.compareTo(right.id);
    }

    /** How many bytes all keys begin with. */
    private static int sharedPrefix(List<KeyState> states) {
        byte[] first = states.get(0).id.key();
        int shared = first.length;
        for (KeyState state : states) {
            byte[] key = state.id.key();
            int end = Math.min(shared, key.length);
            int mismatch = Arrays.mismatch(first, 0, end, key, 0, end);
            shared = mismatch < 0 ? end : mismatch;
        }
        return shared;
    }

    /** Bytes from {@code from} on as a big-endian number. Zeros stand for those behind the end, so equal numbers say nothing. */
    private static long eightBytes(byte[] key, int from) {
        long bytes = 0;
        for (int i = from; i < from + Long.BYTES; i++) {
            bytes = bytes << Byte.SIZE | (i < key.length ? key[i] & 0xff : 0);
        }
        return bytes;
    }
}
