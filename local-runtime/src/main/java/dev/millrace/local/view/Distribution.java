package dev.millrace.local.view;

import java.util.ArrayDeque;
import java.util.Deque;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** How values are distributed, over the last ten seconds and over all. Recording waits for nobody. */
final class Distribution {
    private static final int INTERVALS = 10;
    /** Two digits: a percentile is right within a hundredth. */
    private static final int DIGITS = 2;

    private final long largest;
    private final Recorder recorder;
    private final Histogram all;
    private final Deque<Histogram> recent = new ArrayDeque<>();

    /** @param largest what is larger counts as this */
    Distribution(long largest) {
        this.largest = largest;
        this.recorder = new Recorder(largest, DIGITS);
        this.all = new Histogram(largest, DIGITS);
    }

    /**
     * What is known of some values.
     *
     * @param isRecent whether they are those of the last ten seconds; else all
     */
    record Percentiles(long count, long p50, long p99, long max, boolean isRecent) {}

    void record(long value, long count) {
        recorder.recordValueWithCount(Math.max(0, Math.min(value, largest)), count);
    }

    /** Begins another interval; about once a second. */
    synchronized void sample() {
        Histogram interval = recorder.getIntervalHistogram(recent.size() < INTERVALS ? null : recent.removeFirst());
        all.add(interval);
        recent.addLast(interval);
    }

    /** Of the last ten seconds; where they have no value, of all. */
    synchronized Percentiles percentiles() {
        Histogram sum = new Histogram(largest, DIGITS);
        recent.forEach(sum::add);
        boolean isRecent = sum.getTotalCount() > 0;
        Histogram shown = isRecent ? sum : all;
        return new Percentiles(
                shown.getTotalCount(),
                shown.getValueAtPercentile(50),
                shown.getValueAtPercentile(99),
                shown.getMaxValue(),
                isRecent);
    }
}
