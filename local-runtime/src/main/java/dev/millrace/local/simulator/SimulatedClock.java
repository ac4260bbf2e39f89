package dev.millrace.local.simulator;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The world's time, as an environment's clock shows it. */
final class SimulatedClock extends Clock {
    private final World world;
    private final long skewMillis;

    SimulatedClock(World world, long skewMillis) {
        this.world = world;
        this.skewMillis = skewMillis;
    }

    @Override
    public long millis() {
        return world.nowMillis() + skewMillis;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("there is no other zone than UTC here");
    }
}
