package dev.millrace.local.source;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Which records are due when, at a rate: record {@code i} is at {@code i / perSecond} seconds after 1970-01-01T00:00:00Z.
 *
 * @param perSecond 1 to 999,999,999
 */
record RateSchedule(long perSecond) {
    static final long MOST_PER_SECOND = 999_999_999;
    private static final long NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long MILLIS = TimeUnit.SECONDS.toMillis(1);

    /** The first record at that time or later. */
    long firstAt(Instant time) {
        long nanos = time.getNano() * perSecond;
        return time.getEpochSecond() * perSecond + nanos / NANOS + (nanos % NANOS == 0 ? 0 : 1);
    }

    /** The first record after that time. */
    long firstAfter(Instant time) {
        return time.getEpochSecond() * perSecond + time.getNano() * perSecond / NANOS + 1;
    }

    /** When a record is due, in milliseconds since 1970, rounded down. */
    long millis(long number) {
        return number / perSecond * MILLIS + number % perSecond * MILLIS / perSecond;
    }

    /** How long after a time a record is due; negative if before. */
    Duration until(long number, Instant now) {
        // Rounded up: a moment earlier it is not due.
        long nanos = (number % perSecond * NANOS + perSecond - 1) / perSecond;
        return Duration.between(now, Instant.ofEpochSecond(number / perSecond, nanos));
    }
}
