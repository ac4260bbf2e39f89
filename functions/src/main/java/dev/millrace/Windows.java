package dev.millrace;

import java.time.Duration;

/**
 * How event time is cut into windows. Sizes are whole milliseconds, and windows are aligned to the epoch, 1970-01-01T00:00Z.
 * Instances are made by {@link #tumbling}, {@link #sliding} and {@link #session}.
 */
public sealed interface Windows {
    /** No size, gap or lateness may be longer: times would overflow. */
    Duration LONGEST = Duration.ofDays(365_250);

    /**
     * How long after its end a window still takes late records, each of which brings a further final result. None unless
     * given.
     */
    Duration allowedLateness();

    /** The same windows with this allowed lateness: zero or more, in whole milliseconds. */
    Windows withAllowedLateness(Duration allowedLateness);

    /** Windows of one size, one after another: each record is in one. */
    static Tumbling tumbling(Duration size) {
        return new Tumbling(size, Duration.ZERO);
    }

    /**
     * Windows of one size that start every {@code slide}: each record is in {@code size / slide} of them.
     *
     * @param slide at most {@code size}
     */
    static Sliding sliding(Duration size, Duration slide) {
        return new Sliding(size, slide, Duration.ZERO);
    }

    /** Windows that last as long as records of a key come less than {@code gap} apart; they end {@code gap} after the last. */
    static Session session(Duration gap) {
        return new Session(gap, Duration.ZERO);
    }

    /** See {@link Windows#tumbling}. */
    record Tumbling(Duration size, Duration allowedLateness) implements Windows {
        public Tumbling {
            positive("size", size);
            notNegative(allowedLateness);
        }

        @Override
        public Tumbling withAllowedLateness(Duration lateness) {
            return new Tumbling(size, lateness);
        }
    }

    /** See {@link Windows#sliding}. */
    record Sliding(Duration size, Duration slide, Duration allowedLateness) implements Windows {
        /** The most slices that a window may be made of; every firing merges that many. */
        public static final int MAX_SLICES = 100_000;

        public Sliding {
            positive("size", size);
            positive("slide", slide);
            notNegative(allowedLateness);
            if (slide.compareTo(size) > 0) {
                throw new IllegalArgumentException("the slide " + slide + " is larger than the window's size " + size
                        + ", so that records between two windows would be lost; make it at most the size");
            }
            long slices = size.toMillis() / sliceMillis(size, slide);
            if (slices > MAX_SLICES) {
                throw new IllegalArgumentException("a window of " + size + " that slides by " + slide + " is made of "
                        + slices + " slices, more than " + MAX_SLICES + "; make the slide divide the size, or larger");
            }
        }

        /** The length of a slice in milliseconds: the largest that both size and slide are multiples of. */
        public long sliceMillis() {
            return sliceMillis(size, slide);
        }

        private static long sliceMillis(Duration size, Duration slide) {
            long a = size.toMillis();
            long b = slide.toMillis();
            while (b != 0) {
                long rest = a % b;
                a = b;
                b = rest;
            }
            return a;
        }

        @Override
        public Sliding withAllowedLateness(Duration lateness) {
            return new Sliding(size, slide, lateness);
        }
    }

    /** See {@link Windows#session}. */
    record Session(Duration gap, Duration allowedLateness) implements Windows {
        public Session {
            positive("gap", gap);
            notNegative(allowedLateness);
        }

        @Override
        public Session withAllowedLateness(Duration lateness) {
            return new Session(gap, lateness);
        }
    }

    private static void positive(String what, Duration duration) {
        if (duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "a window's " + what + " is " + duration + ", longer than a thousand years");
        }
        if (duration.isNegative() || duration.isZero() || duration.toNanosPart() % 1_000_000 != 0) {
            throw new IllegalArgumentException(
                    "a window's " + what + " must be a positive number of whole milliseconds, and is " + duration);
        }
    }

    private static void notNegative(Duration lateness) {
        if (lateness.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "the allowed lateness is " + lateness + ", longer than a thousand years");
        }
        if (lateness.isNegative() || lateness.toNanosPart() % 1_000_000 != 0) {
            throw new IllegalArgumentException(
                    "the allowed lateness must be zero or more whole milliseconds, and is " + lateness);
        }
    }
}
