package dev.millrace.engine;

import dev.millrace.Windows;
import org.jspecify.annotations.Nullable;

/** How an aggregation's values are kept in cells, and which results come of them when. */
interface Windowing {
    /** Stands for no place: a value that is late. */
    long LATE = Long.MAX_VALUE;

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

    /**
     * Where a value belongs that is sent on to another stage, by this partition's watermark (X3): the start of a cell, or
     * {@link #LATE}.
     */
    long placeOf(long timeMillis, long watermarkMillis);

    /** Adds a value to those that wait to be sent on together, at its place. */
    default void combine(Folding folding, KeyState state, long place, Object value) {
        state.combine(folding, place, value);
    }

    /** As {@link #combine}, for an accumulator of one value. Changes nothing where it fails. */
    default void combineAccumulator(Folding folding, KeyState state, long place, Object accumulator) {
        state.merge(folding, place, accumulator);
    }

    /** The end that goes with a cell's start where it is sent on. */
    default long endOf(Cell cell) {
        return cell.start;
    }

    /**
     * Adds what another stage has aggregated.
     *
     * @param start as {@link #placeOf} gave it
     * @return false if it is late here, and nothing was changed: its sender was idle, and this partition went on without it
     */
    boolean addPart(
            AggregateOperator operator, KeyState state, long start, long end, Object accumulator, long watermarkMillis);

    /** When the last window is over, lateness included, that a value may be part of by itself; {@link Progress#NO_TIME} if none is. */
    long overMillis(long timeMillis);

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
