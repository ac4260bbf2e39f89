package dev.millrace.local.source;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** When records that are read now arrived: the clock's time in whole milliseconds, and never before an earlier one. */
final class Arrivals {
    private final Clock clock;
    private final AtomicLong lastMillis = new AtomicLong(Long.MIN_VALUE);

    Arrivals(Clock clock) {
        this.clock = clock;
    }

    Instant next() {
        return Instant.ofEpochMilli(lastMillis.accumulateAndGet(clock.millis(), Math::max));
    }
}
