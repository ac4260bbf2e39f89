package dev.millrace.local.runner;

import java.util.concurrent.TimeUnit;

/** What runners do with threads. */
final class Threads {
    private Threads() {}

    /** Waits for a thread's end until a time of {@link System#nanoTime}. */
    static boolean hasEnded(Thread thread, long deadlineNanos) throws InterruptedException {
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime())));
        return !thread.isAlive();
    }
}
