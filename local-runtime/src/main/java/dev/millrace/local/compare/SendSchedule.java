package dev.millrace.local.compare;

/**
 * When records should be sent: evenly, from a start on, however long sending takes. What is measured from these times has no
 * coordinated omission. Times are in nanoseconds.
 */
record SendSchedule(long startNanos, double recordsPerSecond) {
    private static final double NANOS = 1e9;

    SendSchedule {
        if (!(recordsPerSecond > 0)) {
            throw new IllegalArgumentException("the rate is " + recordsPerSecond + ", and must be positive");
        }
    }

    /** When the record of this number, from 0, should be sent. */
    long intendedNanos(long number) {
        return startNanos + Math.round(number * (NANOS / recordsPerSecond));
    }

    /** How many records should have been sent by then. */
    long dueBy(long nanos) {
        long elapsed = nanos - startNanos;
        if (elapsed < 0) {
            return 0;
        }
        long number = (long) Math.floor(elapsed * recordsPerSecond / NANOS);
        // Rounding may make it one too many or too few.
        while (number > 0 && intendedNanos(number - 1) - nanos > 0) {
            number--;
        }
        while (intendedNanos(number) - nanos <= 0) {
            number++;
        }
        return number;
    }
}
