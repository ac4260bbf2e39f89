package dev.millrace.engine;

import java.util.ArrayList;
import java.util.List;

/** A key's state in memory. */
final class KeyState {
    final Object key;
    final KeyId id;
    /** In the order of their starts. */
    final List<Cell> cells = new ArrayList<>(1);
    /** The starts of cells that were in the state log and are gone since the last commit. */
    final List<Long> removed = new ArrayList<>(0);
    /** When something is next due for the key, or {@link Timers#NEVER}. */
    long scheduledMillis = Timers.NEVER;
    /** Something may have changed since the last commit. */
    boolean touched;
    /** Another object has taken this one's place. */
    boolean dead;
    /** For {@code every}: the time, by arrival, of the last update sent; and whether there is something newer. */
    long updatedMillis = Progress.NO_TIME;

    boolean updatePending;
    /** Whether the two fields above are in the state log, and whether they have changed since the last commit. */
    boolean updateCommitted;

    boolean updateDirty;

    KeyState(Object key, KeyId id) {
        this.key = key;
        this.id = id;
    }

    /** The index of the cell that starts at {@code start}, or {@code -(insertion point) - 1}. */
    int indexOf(long start) {
        int low = 0;
        int high = cells.size() - 1;
        // Most records belong to the newest cell.
        if (high >= 0 && cells.get(high).start == start) {
            return high;
        }
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

    void insert(Cell cell) {
        int at = indexOf(cell.start);
        if (at >= 0) {
            throw new IllegalStateException("two cells of " + id + " start at " + cell.start);
        }
        if (removed.remove((Long) cell.start)) {
            // Its cell in the state log is changed, not gone and then new.
            cell.committed = true;
        }
        cells.add(-at - 1, cell);
    }

    void remove(int index) {
        Cell cell = cells.remove(index);
        if (cell.committed) {
            removed.add(cell.start);
        }
    }
}
