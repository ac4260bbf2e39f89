package dev.millrace.local.packaged;

import java.time.Duration;

/** How long to wait before a process is started, where those before could not begin: longer each time. Thread-safe. */
final class StartBackoff {
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LAST = Duration.ofSeconds(5);

    private Duration wait = Duration.ZERO;

    synchronized Duration waitBeforeStart() {
        return wait;
    }

    synchronized void failed() {
        Duration longer = wait.isZero() ? FIRST : wait.multipliedBy(2);
        wait = longer.compareTo(LAST) > 0 ? LAST : longer;
    }

    synchronized void succeeded() {
        wait = Duration.ZERO;
    }
}
