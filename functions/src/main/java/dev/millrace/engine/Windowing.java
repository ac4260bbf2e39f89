package dev.millrace.engine;

import dev.millrace.Windows;
import org.jspecify.annotations.Nullable;

/** How an aggregation's values are kept in cells, and which results come of them when. */
interface Windowing {
    static Windowing of(@Nullable Windows windows) {
        if (windows == null) {
            return new RunningWindowing();
        }
        if (windows instanceof Windows.Tumbling tumbling) {
            long size = tumbling.size().toMillis();
            return new SlicedWindowing(
                    size, size, size, tumbling.allowedLateness().toMillis());
        }
        if (windows instanceof Windows.Sliding sliding) {
            return new SlicedWindowing(
                    sliding.size().toMillis(),
                    sliding.slide().toMillis(),
                    sliding.sliceMillis(),
                    sliding.allowedLateness().toMillis());
        }
        Windows.Session session = (Windows.Session) windows;
        return new SessionWindowing(
                session.gap().toMillis(), session.allowedLateness().toMillis());
    }

    /**
     * Adds a value.
     *
     * @param watermarkMillis as the value's record arrived
     * @return false if the value is late, and nothing was changed
     */
    boolean add(AggregateOperator operator, KeyState state, Object value, long timeMillis, long watermarkMillis);

    /** When something is next due for a cell, after a time up to which all is done; {@link Timers#NEVER} if nothing is. */
    long nextDueMillis(Cell cell, long afterMillis);

    /** Sends the final results, and drops the cells, that are due for a key at just this time. */
    void due(AggregateOperator operator, KeyState state, long timeMillis);

    /** Sends the current results of what is not reported yet, of windows that the watermark has not passed. */
    void report(AggregateOperator operator, KeyState state, long watermarkMillis);

    /** How many windows a change of a key is likely to bring interim results of. */
    int updatesOfKey();

    /** A cell's content in the state log. */
    byte[] encode(AggregateOperator operator, Cell cell);

    Cell decode(AggregateOperator operator, long start, byte[] bytes);
}
