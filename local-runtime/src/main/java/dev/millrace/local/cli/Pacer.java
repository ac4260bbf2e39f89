package dev.millrace.local.cli;

import dev.millrace.time.Pause;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Keeps records to a rate, counted from its making on. */
final class Pacer {
    private static final int BATCHES_PER_SECOND = 10;

    private final long recordsPerSecond;
    private final LongSupplier nanoTime;
    private final Pause pause;
    private final long startNanos;

    /** @param recordsPerSecond 0 for as many as there are */
    Pacer(long recordsPerSecond, LongSupplier nanoTime, Pause pause) {
        this.recordsPerSecond = recordsPerSecond;
        this.nanoTime = nanoTime;
        this.pause = pause;
        this.startNanos = nanoTime.getAsLong();
    }

    /** How many records to send at once, so that they flow rather than burst. */
    int batchSize(int max) {
        return recordsPerSecond == 0 ? max : (int) Math.max(1, Math.min(max, recordsPerSecond / BATCHES_PER_SECOND));
    }

    /** Returns when the record of this number, from 0, is due. */
    void await(long number) throws InterruptedException {
        if (recordsPerSecond == 0) {
            return;
        }
        long dueNanos = TimeUnit.SECONDS.toNanos(number / recordsPerSecond)
                + TimeUnit.SECONDS.toNanos(number % recordsPerSecond) / recordsPerSecond;
        long waitNanos = startNanos + dueNanos - nanoTime.getAsLong();
        if (waitNanos > 0) {
            pause.pause(Duration.ofNanos(waitNanos));
        }
    }

    /** Time since its making. */
    Duration elapsed() {
        return Duration.ofNanos(nanoTime.getAsLong() - startNanos);
    }
}
