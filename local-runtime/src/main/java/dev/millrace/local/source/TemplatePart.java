package dev.millrace.local.source;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A piece of a template. Safe for use by several threads. */
sealed interface TemplatePart {
    /** Writes what it is for a record. */
    void write(long number, long millis, Digits to);

    /** What is there for each record. */
    final class Text implements TemplatePart {
        private final byte[] bytes;

        Text(String text) {
            bytes = text.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void write(long number, long millis, Digits to) {
            to.write(bytes);
        }
    }

    /** The record's number. */
    record RecordNumber() implements TemplatePart {
        @Override
        public void write(long number, long millis, Digits to) {
            to.write(number);
        }
    }

    /** The record's number modulo a divisor. */
    record Remainder(long divisor) implements TemplatePart {
        @Override
        public void write(long number, long millis, Digits to) {
            to.write(number % divisor);
        }
    }

    /** The record's time, as ISO 8601 has it, with milliseconds. */
    record Time() implements TemplatePart {
        @Override
        public void write(long number, long millis, Digits to) {
            to.writeTime(millis);
        }
    }

    /** One of so many values, all equally often. */
    record Uniform(int index, long values) implements TemplatePart {
        @Override
        public void write(long number, long millis, Digits to) {
            to.write(Math.floorMod(hash(number, index), values));
        }
    }

    /** One of some values, the first ones more often. */
    final class Zipf implements TemplatePart {
        private static final int MOST_VALUES = 1_000_000;
        private static final double MOST_SKEW = 10;
        /** Of a double's fraction. */
        private static final int BITS = 53;

        private final int index;
        private final double[] cumulative;

        private Zipf(int index, double[] cumulative) {
            this.index = index;
            this.cumulative = cumulative;
        }

        /** @throws NumberFormatException if there are too many values, or the skew is not from 0 to 10 */
        static Zipf of(int index, long values, double skew) {
            if (values > MOST_VALUES || !(skew >= 0 && skew <= MOST_SKEW)) {
                throw new NumberFormatException(values + ":" + skew);
            }
            double[] cumulative = new double[(int) values];
            double sum = 0;
            for (int k = 0; k < cumulative.length; k++) {
                sum += Math.pow(k + 1, -skew);
                cumulative[k] = sum;
            }
            return new Zipf(index, cumulative);
        }

        @Override
        public void write(long number, long millis, Digits to) {
            double share = (hash(number, index) >>> (Long.SIZE - BITS)) * 0x1.0p-53;
            int found = Arrays.binarySearch(cumulative, share * cumulative[cumulative.length - 1]);
            to.write(Math.min(found >= 0 ? found + 1 : -found - 1, cumulative.length - 1));
        }
    }

    /**
     * A number that looks random, the same for the same record and part: the output function of SplitMix64 (Steele, Lea and
     * Flood, "Fast splittable pseudorandom number generators", 2014).
     */
    private static long hash(long number, int index) {
        long mixed = mix(index + 1) + number * 0x9e3779b97f4a7c15L;
        return mix(mixed);
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
