package dev.millrace.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A key's state in memory. */
final class KeyState {
    static final int NOWHERE = -1;

    final Object key;
    final KeyId id;
    /** In the order of their starts. */
    final List<Cell> cells = new ArrayList<>(1);
    /** The last of the cells, which most records belong to; null where there are none. */
    @Nullable
    Cell newest;
    /** The starts of cells that were in the state log and are gone since the last commit. */
    List<Long> removed = List.of();
    /** When something is next due for the key, or {@link Timers#NEVER}. */
    long scheduledMillis = Timers.NEVER;
    /** Up to where a parent partition has done what was due for the key (R4). */
    final long floorMillis;
    /** Used by {@link KeyOrder} while it sorts. */
    long sortPrefix;
    /** Where the key belongs in the stage that its values are handed to; {@link #NOWHERE} where that is not known yet. */
    int receiver = NOWHERE;
    /** Something may have changed since the last commit. */
    boolean touched;
    /** Something may have changed since interim results were last sent. */
    boolean updated;
    /** Something of it waits to be sent on. */
    boolean waits;
    /** Another object has taken this one's place. */
    boolean dead;
    /** For {@code every}: the time, by arrival, of the last update sent; and whether there is something newer. */
    long updatedMillis = Progress.NO_TIME;

    boolean updatePending;
    /** Whether the two fields above are in the state log, and whether they have changed since the last commit. */
    boolean updateCommitted;

    boolean updateDirty;

    KeyState(Object key, KeyId id, Floors floors) {
        this.key = key;
        this.id = id;
        this.floorMillis = floors.of(id);
    }

    /** The index of the cell that starts at {@code start}, or {@code -(insertion point) - 1}. */
    int indexOf(long start) {
        int low = 0;
        int high = cells.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long there = cells.get(middle).start;
            if (there < start) {
                low = middle + 1;
            } else if (there > start) {
                high = middle - 1;
            } else {
                return middle;
            }
        }
        return -low - 1;
    }

    /** The cell that starts at {@code start}, or null. */
    @Nullable
    Cell cell(long start) {
        int index = indexOf(start);
        return index < 0 ? null : cells.get(index);
    }

    /** Adds a value to the cell that starts at {@code start}, making it where there is none. */
    Cell combine(Folding folding, long start, Object value) {
        Cell last = newest;
        Cell cell = last != null && last.start == start ? last : cell(start);
        if (cell != null) {
            cell.accumulator(folding.add(cell.accumulator(folding), value));
        } else {
            cell = new Cell(start, folding.of(value));
            insert(cell);
        }
        return cell;
    }

    /** Merges an accumulator into the cell that starts at {@code start}, making it where there is none. */
    Cell merge(Folding folding, long start, Object accumulator) {
        Cell cell = cell(start);
        if (cell != null) {
            cell.accumulator(folding.merge(cell.accumulator(folding), accumulator));
        } else {
            cell = new Cell(start, accumulator);
            insert(cell);
        }
        return cell;
    }

    void insert(Cell cell) {
        int at = indexOf(cell.start);
        if (at >= 0) {
            throw new IllegalStateException("two cells of " + id + " start at " + cell.start);
        }
        if (!removed.isEmpty() && removed.remove((Long) cell.start)) {
            // Its cell in the state log is changed, not gone and then new.
            cell.committed = true;
        }
        cells.add(-at - 1, cell);
        newest = cells.get(cells.size() - 1);
    }

    /** Adds a cell, as stored, that starts after all others. */
    void append(Cell cell) {
        cells.add(cell);
        newest = cell;
    }

    /** Forgets all cells, as of a key that has none in the state log. */
    void clear() {
        waits = false;
        cells.clear();
        newest = null;
    }

    void remove(int index) {
        Cell cell = cells.remove(index);
        if (cell.committed) {
            if (removed.isEmpty()) {
                removed = new ArrayList<>();
            }
            removed.add(cell.start);
        }
        newest = cells.isEmpty() ? null : cells.get(cells.size() - 1);
    }
}
