package dev.millrace.lambda;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still but where it is moved. */
final class SteppingClock extends Clock {
    private long millis;

    SteppingClock(long millis) {
        this.millis = millis;
    }

    void step(long more) {
        millis += more;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("one zone is enough");
    }
}
