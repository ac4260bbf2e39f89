package dev.millrace.local.runner;

import dev.millrace.local.view.PipelineObserver;
import java.time.Clock;
import java.time.Duration;

/**
 * How a pipeline runs record at a time. Start from {@link #defaults}.
 *
 * @param commitInterval how long records are applied before they are committed, at most; results leave with the commit
 * @param workers threads for each stage behind a {@code keyBy}, at least 1; its partitions are dealt out to them
 * @param tickInterval how often to see whether windows on idle shards close
 * @param idleTimeout how long after its last record a shard counts as idle
 * @param clock tells the time to event time, and to what is committed; intervals are in real time
 * @param guarantee how often what is read counts
 * @param observer looks on
 */
public record RunnerSettings(
        Duration commitInterval,
        int workers,
        Duration tickInterval,
        Duration idleTimeout,
        Clock clock,
        Guarantee guarantee,
        PipelineObserver observer) {
    /** Records of a shard that are applied and not committed, at most: with those just read, all that it has in memory. */
    static final int MOST_UNCOMMITTED = 10_000;

    /** The same in bytes of their data. */
    static final long MOST_UNCOMMITTED_BYTES = 16L << 20;

    /** Keys that have changed and are not committed, at most, where that is not done for each record. */
    static final int MOST_CHANGED_KEYS = 50_000;

    private static final Duration LONGEST_COMMIT_INTERVAL = Duration.ofMinutes(1);

    public RunnerSettings {
        if (commitInterval.isNegative() || commitInterval.compareTo(LONGEST_COMMIT_INTERVAL) > 0) {
            throw new IllegalArgumentException("the commit interval is " + commitInterval.toMillis()
                    + " ms, and must be 0 to " + LONGEST_COMMIT_INTERVAL.toMillis() + " ms");
        }
        if (workers < 1) {
            throw new IllegalArgumentException("the number of workers is " + workers + ", and must be 1 or more");
        }
        if (tickInterval.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "the tick interval is " + tickInterval + ", and must be at least a millisecond");
        }
        if (idleTimeout.isNegative()) {
            throw new IllegalArgumentException("the idle timeout is " + idleTimeout + ", and must be 0 or more");
        }
    }

    /** Commits every 50 ms, two workers, ticks every second, idle after ten, the system's clock, exactly once. */
    public static RunnerSettings defaults() {
        return new RunnerSettings(
                Duration.ofMillis(50),
                2,
                Duration.ofSeconds(1),
                Duration.ofSeconds(10),
                Clock.systemUTC(),
                Guarantee.EXACTLY_ONCE,
                PipelineObserver.NONE);
    }

    public RunnerSettings withCommitInterval(Duration changed) {
        return new RunnerSettings(changed, workers, tickInterval, idleTimeout, clock, guarantee, observer);
    }

    public RunnerSettings withWorkers(int changed) {
        return new RunnerSettings(commitInterval, changed, tickInterval, idleTimeout, clock, guarantee, observer);
    }

    public RunnerSettings withTickInterval(Duration changed) {
        return new RunnerSettings(commitInterval, workers, changed, idleTimeout, clock, guarantee, observer);
    }

    public RunnerSettings withIdleTimeout(Duration changed) {
        return new RunnerSettings(commitInterval, workers, tickInterval, changed, clock, guarantee, observer);
    }

    public RunnerSettings withClock(Clock changed) {
        return new RunnerSettings(commitInterval, workers, tickInterval, idleTimeout, changed, guarantee, observer);
    }

    public RunnerSettings withGuarantee(Guarantee changed) {
        return new RunnerSettings(commitInterval, workers, tickInterval, idleTimeout, clock, changed, observer);
    }

    public RunnerSettings withObserver(PipelineObserver changed) {
        return new RunnerSettings(commitInterval, workers, tickInterval, idleTimeout, clock, guarantee, changed);
    }
}
