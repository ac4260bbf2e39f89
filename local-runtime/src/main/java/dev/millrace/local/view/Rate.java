package dev.millrace.local.view;

import java.util.function.DoubleSupplier;

/** How fast a total grows, over the last few seconds. Safe for use by several threads. */
final class Rate {
    /** Between the first sample that counts and the last. */
    private static final int INTERVALS = 5;

    private final DoubleSupplier total;
    private final double[] totals = new double[INTERVALS + 1];
    private final long[] nanos = new long[INTERVALS + 1];
    private int samples;

    Rate(DoubleSupplier total) {
        this.total = total;
    }

    double total() {
        return total.getAsDouble();
    }

    /** Takes a sample; about once a second. */
    synchronized void sample(long nowNanos) {
        int place = samples++ % totals.length;
        totals[place] = total.getAsDouble();
        nanos[place] = nowNanos;
    }

    /** 0 until there are two samples. */
    synchronized double perSecond() {
        if (samples < 2) {
            return 0;
        }
        int last = (samples - 1) % totals.length;
        int first = samples <= totals.length ? 0 : samples % totals.length;
        double seconds = (nanos[last] - nanos[first]) / 1e9;
        return seconds <= 0 ? 0 : Math.max(0, totals[last] - totals[first]) / seconds;
    }
}
