package dev.millrace.engine;

import java.util.Arrays;

/**
 * A piece of one key's accumulator on its way to the stage that has the key's values together.
 *
 * @param index its place among the parts that its entry has for that stage, from 0
 * @param operator the aggregation that it belongs to
 * @param key the encoded key; not to be changed
 * @param start where it belongs, as the aggregation's windows tell: the start of a slice or session, or 0
 * @param end the end of a session, exclusive; otherwise as {@code start}
 * @param accumulator the encoded accumulator; not to be changed
 */
public record Part(int index, String operator, byte[] key, long start, long end, byte[] accumulator) {
    @Override
    public boolean equals(Object other) {
        return other instanceof Part that
                && index == that.index
                && operator.equals(that.operator)
                && Arrays.equals(key, that.key)
                && start == that.start
                && end == that.end
                && Arrays.equals(accumulator, that.accumulator);
    }

    @Override
    public int hashCode() {
        return 31 * index + Arrays.hashCode(key);
    }
}
