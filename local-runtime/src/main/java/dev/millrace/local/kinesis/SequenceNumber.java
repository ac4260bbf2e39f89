package dev.millrace.local.kinesis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A record's place in its shard, as Kinesis writes it: 56 decimal digits.
 *
 * <p>The digits are a fixed prefix, the ordinal, and the index of the shard. All numbers have the same length, so they
 * sort as text and as numbers alike; the ordinal decides, so a child shard that starts above its parents' last ordinal
 * has only larger sequence numbers.
 *
 * @param ordinal counts the records of a shard and its ancestors, from 1
 * @param shardIndex which shard of the stream the number belongs to
 */
record SequenceNumber(long ordinal, int shardIndex) {
    private static final int LENGTH = 56;
    private static final String PREFIX = "496";
    private static final int SHARD_DIGITS = 10;

    /** Reads a sequence number that this class has written; anything else is null, which callers report as they must. */
    static @Nullable SequenceNumber parse(String text) {
        if (text.length() != LENGTH || !text.startsWith(PREFIX)) {
            return null;
        }
        int shardStart = LENGTH - SHARD_DIGITS;
        try {
            return new SequenceNumber(
                    Long.parseLong(text, PREFIX.length(), shardStart, 10),
                    Integer.parseInt(text, shardStart, LENGTH, 10));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    @Override
    public String toString() {
        byte[] digits = new byte[LENGTH];
        Arrays.fill(digits, (byte) '0');
        for (int i = 0; i < PREFIX.length(); i++) {
            digits[i] = (byte) PREFIX.charAt(i);
        }
        write(digits, LENGTH, shardIndex);
        write(digits, LENGTH - SHARD_DIGITS, ordinal);
        return new String(digits, StandardCharsets.ISO_8859_1);
    }

    private static void write(byte[] digits, int end, long value) {
        int at = end;
        for (long rest = value; rest > 0; rest /= 10) {
            digits[--at] = (byte) ('0' + rest % 10);
        }
    }
}
