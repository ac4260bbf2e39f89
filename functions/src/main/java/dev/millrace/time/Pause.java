package dev.millrace.time;

import java.time.Duration;

/** Lets time pass between attempts. Drivers have the clocks, so they bring one. */
@FunctionalInterface
public interface Pause {
    /**
     * Returns when the time has passed.
     *
     * @param duration how long; not negative
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    void pause(Duration duration) throws InterruptedException;
}
