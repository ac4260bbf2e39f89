package dev.millrace.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Tumbling and sliding windows, kept in slices: the longest spans of time that no window begins or ends in. A record goes
 * into one slice, however many windows that slice is part of; a window's result is its slices merged. A tumbling window is
 * a sliding one of one slice.
 *
 * <p>A value from another stage may be late for the first of its slice's windows and not for the others, by its sender's
 * watermark; whether those windows are closed here does not count (X3). Such values have a cell of their own, which starts as
 * many milliseconds after its slice as there are windows that it has no part in.
 */
final class SlicedWindowing implements Windowing {
    private final long sizeMillis;
    private final long slideMillis;
    private final long sliceMillis;
    private final long latenessMillis;
    /** The slice that was last asked for. */
    private long lastSlice;

    SlicedWindowing(long sizeMillis, long slideMillis, long sliceMillis, long latenessMillis) {
        this.sizeMillis = sizeMillis;
        this.slideMillis = slideMillis;
        this.sliceMillis = sliceMillis;
        this.latenessMillis = latenessMillis;
    }

    @Override
    public boolean add(
            AggregateOperator operator, KeyState state, Object value, long timeMillis, long watermarkMillis) {
        long slice = sliceOf(timeMillis);
        // Most slices end after the watermark, and then no window that they are part of is late.
        if (slice + sliceMillis <= watermarkMillis && lastEnd(slice) + latenessMillis <= watermarkMillis) {
            return false;
        }
        Cell cell = operator.addToCell(state, slice, value);
        if (!cell.scheduled) {
            cell.scheduled = true;
            operator.schedule(state, cell);
        }
        if (latenessMillis > 0) {
            refine(operator, state, slice, watermarkMillis);
        }
        return true;
    }

    @Override
    public long placeOf(long timeMillis, long watermarkMillis) {
        long slice = sliceOf(timeMillis);
        long openAfter = watermarkMillis - latenessMillis;
        long firstEnd = firstEnd(slice);
        if (watermarkMillis == Progress.NO_TIME || firstEnd > openAfter) {
            return slice;
        }
        if (lastEnd(slice) <= openAfter) {
            return LATE;
        }
        return slice + Math.floorDiv(openAfter - firstEnd, slideMillis) + 1;
    }

    @Override
    public long overMillis(long timeMillis) {
        return lastEnd(timeMillis) + latenessMillis;
    }

    @Override
    public boolean addPart(
            AggregateOperator operator,
            KeyState state,
            long start,
            long end,
            Object accumulator,
            long watermarkMillis) {
        if (firstEnd(start) > lastEnd(start)) {
            throw new IllegalArgumentException("it was sent for windows of another size or slide: change them together"
                    + " with the operator's name, or let the pipeline drain before");
        }
        if (lastEnd(start) + latenessMillis <= watermarkMillis) {
            return false;
        }
        Cell cell = operator.mergeIntoCell(state, start, accumulator);
        if (!cell.scheduled) {
            cell.scheduled = true;
            operator.schedule(state, cell);
        }
        if (latenessMillis > 0) {
            refine(operator, state, start, watermarkMillis);
        }
        return true;
    }

    private long sliceOf(long timeMillis) {
        // Records of one time come together: most need no division.
        long slice = lastSlice;
        if (timeMillis < slice || timeMillis >= slice + sliceMillis) {
            slice = Math.floorDiv(timeMillis, sliceMillis) * sliceMillis;
            lastSlice = slice;
        }
        return slice;
    }

    /** Sends further final results of the windows that have closed and still take late records. */
    private void refine(AggregateOperator operator, KeyState state, long slice, long watermarkMillis) {
        long lastEnd = lastEnd(slice);
        for (long end = firstEnd(slice); end <= lastEnd && end <= watermarkMillis; end += slideMillis) {
            if (end + latenessMillis > watermarkMillis) {
                send(operator, state, end, true);
            }
        }
    }

    @Override
    public long nextDueMillis(Cell cell, long afterMillis) {
        long firstEnd = firstEnd(cell.start);
        if (firstEnd > afterMillis) {
            return firstEnd;
        }
        long nextEnd = firstEnd + (Math.floorDiv(afterMillis - firstEnd, slideMillis) + 1) * slideMillis;
        long lastEnd = lastEnd(cell.start);
        return nextEnd <= lastEnd ? nextEnd : Math.max(lastEnd + latenessMillis, afterMillis + 1);
    }

    @Override
    public void due(AggregateOperator operator, KeyState state, long timeMillis) {
        if (Math.floorMod(timeMillis - sizeMillis, slideMillis) == 0) {
            send(operator, state, timeMillis, true);
        }
        // Ascending starts have ascending last ends.
        while (!state.cells.isEmpty() && lastEnd(state.cells.get(0).start) + latenessMillis <= timeMillis) {
            state.remove(0);
        }
    }

    @Override
    public void report(AggregateOperator operator, KeyState state, long watermarkMillis) {
        TreeSet<Long> ends = new TreeSet<>();
        for (Cell cell : state.cells) {
            if (cell.unreported) {
                cell.unreported = false;
                long lastEnd = lastEnd(cell.start);
                for (long end = firstEnd(cell.start); end <= lastEnd; end += slideMillis) {
                    if (end > watermarkMillis) {
                        ends.add(end);
                    }
                }
            }
        }
        for (long end : ends) {
            send(operator, state, end, false);
        }
    }

    @Override
    public int updatesOfKey() {
        return Math.toIntExact(sizeMillis / slideMillis);
    }

    @Override
    public byte[] encode(AggregateOperator operator, Cell cell) {
        return operator.folding().encode(cell.accumulator(operator.folding()));
    }

    @Override
    public Cell decode(AggregateOperator operator, long start, byte[] bytes) {
        return new Cell(start, bytes);
    }

    private void send(AggregateOperator operator, KeyState state, long endMillis, boolean isFinal) {
        long startMillis = endMillis - sizeMillis;
        List<Cell> slices = new ArrayList<>();
        for (Cell cell : state.cells) {
            if (cell.start >= startMillis && cell.start < endMillis && firstEnd(cell.start) <= endMillis) {
                slices.add(cell);
            }
        }
        if (!slices.isEmpty()) {
            operator.send(state, startMillis, endMillis, () -> merged(operator, slices), isFinal);
        }
    }

    private static Object merged(AggregateOperator operator, List<Cell> slices) {
        Object merged = slices.get(0).accumulator(operator.folding());
        for (Cell slice : slices.subList(1, slices.size())) {
            merged = operator.folding().merge(merged, slice.accumulator(operator.folding()));
        }
        return merged;
    }

    /** The end of the first window that a cell is part of. */
    private long firstEnd(long start) {
        long slice = Math.floorDiv(start, sliceMillis) * sliceMillis;
        return (start - slice) * slideMillis
                - Math.floorDiv(-(slice + sliceMillis - sizeMillis), slideMillis) * slideMillis
                + sizeMillis;
    }

    /** The end of the last window that a cell is part of. */
    private long lastEnd(long start) {
        return Math.floorDiv(start, slideMillis) * slideMillis + sizeMillis;
    }
}
