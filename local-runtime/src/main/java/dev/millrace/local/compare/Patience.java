package dev.millrace.local.compare;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for something that must come. */
final class Patience {
    private static final long LOOK_MILLIS = 1;

    private Patience() {}

    /**
     * Returns once it is so.
     *
     * @param what it is, for the message
     * @throws IllegalStateException if it is not so in time
     */
    static void await(String what, double seconds, BooleanSupplier condition) throws InterruptedException {
        if (!isInTime(seconds, condition)) {
            throw new IllegalStateException(
                    String.format("not within %.0f s: %s. Is the machine busy with something else?", seconds, what));
        }
    }

    /** Waits until it is so, or the time is over. */
    static boolean isInTime(double seconds, BooleanSupplier condition) throws InterruptedException {
        long endNanos = System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - endNanos > 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return true;
    }
}
