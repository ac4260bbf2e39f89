package dev.millrace.local.kcl;

import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a process takes part in a pipeline that several share. Start from {@link #defaults}.
 *
 * @param failoverTime after how long a lease that is not renewed is another process's to take: 1 s to 10 minutes
 * @param tickInterval how often to see whether windows on idle shards close, and to note in the leases how far shards have come
 * @param idleTimeout how long after its last record a shard counts as idle
 * @param consumer by whose name the source is read by enhanced fan-out: registered if need be, and left so; null for polling
 * @param clock tells the time to event time; intervals are in real time
 */
public record SharedSettings(
        Duration failoverTime,
        Duration tickInterval,
        Duration idleTimeout,
        @Nullable String consumer,
        Clock clock) {
    private static final Duration SHORTEST_FAILOVER = Duration.ofSeconds(1);
    private static final Duration LONGEST_FAILOVER = Duration.ofMinutes(10);

    public SharedSettings {
        if (failoverTime.compareTo(SHORTEST_FAILOVER) < 0 || failoverTime.compareTo(LONGEST_FAILOVER) > 0) {
            throw new IllegalArgumentException("the failover time is " + failoverTime.toMillis() + " ms, and must be "
                    + SHORTEST_FAILOVER.toMillis() + " to " + LONGEST_FAILOVER.toMillis() + " ms");
        }
        if (tickInterval.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "the tick interval is " + tickInterval + ", and must be at least a millisecond");
        }
        if (idleTimeout.isNegative()) {
            throw new IllegalArgumentException("the idle timeout is " + idleTimeout + ", and must be 0 or more");
        }
    }

    /** Leases run out after ten seconds, ticks every second, idle after ten, by polling, the system's clock. */
    public static SharedSettings defaults() {
        return new SharedSettings(
                Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofSeconds(10), null, Clock.systemUTC());
    }

    public SharedSettings withFailoverTime(Duration changed) {
        return new SharedSettings(changed, tickInterval, idleTimeout, consumer, clock);
    }

    public SharedSettings withTickInterval(Duration changed) {
        return new SharedSettings(failoverTime, changed, idleTimeout, consumer, clock);
    }

    public SharedSettings withIdleTimeout(Duration changed) {
        return new SharedSettings(failoverTime, tickInterval, changed, consumer, clock);
    }

    public SharedSettings withConsumer(@Nullable String changed) {
        return new SharedSettings(failoverTime, tickInterval, idleTimeout, changed, clock);
    }
}
