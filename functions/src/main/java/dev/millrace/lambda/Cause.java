package dev.millrace.lambda;

import dev.millrace.metrics.Metric;
import org.jspecify.annotations.Nullable;

/**
 * Why a partition is used, for its report.
 *
 * @param duration the metric that has how long it took, or null where nobody asks
 * @param startMillis when it began, in epoch milliseconds
 * @param records how many records were delivered
 */
record Cause(@Nullable Metric duration, long startMillis, int records) {
    /** Another partition takes over from it (R1, R2). */
    static final Cause TAKEOVER = new Cause(null, 0, 0);

    static Cause batch(long startMillis, int records) {
        return new Cause(Metric.BATCH_DURATION, startMillis, records);
    }

    static Cause tick(long startMillis) {
        return new Cause(Metric.TICK_DURATION, startMillis, 0);
    }
}
