package dev.millrace;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which rows a pipeline writes to its tables, where another pipeline writes there too: see
 * {@link PipelineBuilder#epoch} and {@link PipelineBuilder#rowsFrom}.
 *
 * @param epoch 1 to {@link #MAX_EPOCH}: a row is never replaced by one of a smaller epoch, whatever else
 * @param from rows of windows that begin before are left out; null for none
 * @param until rows of windows that end after are left out; null for none
 */
public record TableRows(
        long epoch, @Nullable Instant from, @Nullable Instant until) {
    /** A million. */
    public static final long MAX_EPOCH = 1_000_000;

    /** What a pipeline writes unless it says otherwise: epoch 1, all rows. */
    static final TableRows ALL = new TableRows(1, null, null);

    public TableRows {
        if (epoch < 1 || epoch > MAX_EPOCH) {
            throw new PipelineException("the epoch is " + epoch + ", and must be 1 to " + MAX_EPOCH);
        }
        if (from != null && until != null && !from.isBefore(until)) {
            throw new PipelineException(
                    "no window begins at " + from + " or later and ends by " + until + ": there would be no rows");
        }
    }

    /** Whether rows are written of a window of these times, in epoch milliseconds. */
    public boolean has(long startMillis, long endMillis) {
        return (from == null || startMillis >= from.toEpochMilli())
                && (until == null || endMillis <= until.toEpochMilli());
    }
}
