package dev.millrace.engine;

import dev.millrace.Emission;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What an aggregation has to say at a commit: interim results, and the cells that have changed. */
final class AggregateCommit {
    /** The cell of a key that holds when its last update was sent; no slice or session can start there. */
    static final long UPDATE_CELL = Long.MIN_VALUE;

    private final AggregateOperator operator;
    private final Emission emission;
    /** For {@code every}: the keys that have something newer than their last update. */
    private final Set<KeyState> pending = new LinkedHashSet<>();

    AggregateCommit(AggregateOperator operator, Emission emission) {
        this.operator = operator;
        this.emission = emission;
    }

    /** Sends the interim results that are due at a commit. */
    void sendUpdates(long nowMillis, long watermarkMillis) {
        if (emission instanceof Emission.OnUpdate) {
            sendUpdates(watermarkMillis);
        } else if (emission instanceof Emission.Every every) {
            operator.touched().stream().filter(AggregateCommit::isUnreported).forEach(pending::add);
            // Those that wait longest first, since what does not fit this entry waits for the next.
            List<KeyState> waiting = inOrder(pending);
            waiting.sort(Comparator.comparingLong(state -> state.updatedMillis));
            for (KeyState state : waiting) {
                sendUpdate(state, every.interval().toMillis(), nowMillis, watermarkMillis);
            }
        }
    }

    /** Sends, with results on update, those of the keys that have changed since this was last done. */
    void sendUpdates(long watermarkMillis) {
        List<KeyState> updated = operator.updated();
        if (updated.isEmpty()) {
            return;
        }
        KeyOrder.sort(updated);
        for (KeyState state : updated) {
            state.updated = false;
            operator.report(state, watermarkMillis);
        }
        updated.clear();
    }

    private void sendUpdate(KeyState state, long intervalMillis, long nowMillis, long watermarkMillis) {
        boolean isDue = !operator.isFull()
                && (state.updatedMillis == Progress.NO_TIME || nowMillis - state.updatedMillis >= intervalMillis);
        if (isDue) {
            // Before the result is made, which may fail: a rollback must then read the key anew, as one that waits.
            operator.touch(state);
            pending.remove(state);
            operator.report(state, watermarkMillis);
            state.updatedMillis = nowMillis;
        }
        if (isDue || !state.updatePending) {
            state.updateDirty = true;
            operator.touch(state);
        }
        state.updatePending = !isDue;
    }

    private static boolean isUnreported(KeyState state) {
        return state.cells.stream().anyMatch(cell -> cell.unreported);
    }

    /** Adds the changed cells, in the order of {@link Changes#cells}. */
    void addChanges(KeyedState committed, long watermarkMillis, List<CellChange> changes) {
        if (!operator.done().isThrough(watermarkMillis)) {
            changes.add(operator.done().change(operator.name()));
        } else if (DueCursor.isStored(committed, operator.name())) {
            changes.add(DueCursor.removal(operator.name()));
        }
        for (KeyState state : inOrder(operator.touched())) {
            int first = changes.size();
            addUpdateChange(state, changes);
            for (long start : state.removed) {
                changes.add(new CellChange(state.id, start, null));
            }
            for (Cell cell : state.cells) {
                if (cell.dirty) {
                    changes.add(new CellChange(state.id, cell.start, encode(state, cell)));
                }
            }
            if (changes.size() - first > 1) {
                changes.subList(first, changes.size()).sort(Comparator.comparingLong(CellChange::namespace));
            }
        }
    }

    private byte[] encode(KeyState state, Cell cell) {
        try {
            return operator.windowing().encode(operator, cell);
        } catch (RuntimeException e) {
            throw NotEncodableException.ofState(operator.name(), state, e);
        }
    }

    private static void addUpdateChange(KeyState state, List<CellChange> changes) {
        if (state.cells.isEmpty()) {
            if (state.updateCommitted) {
                changes.add(new CellChange(state.id, UPDATE_CELL, null));
            }
        } else if (state.updateDirty) {
            byte[] value = ByteBuffer.allocate(Long.BYTES + 1)
                    .putLong(state.updatedMillis)
                    .put((byte) (state.updatePending ? 1 : 0))
                    .array();
            changes.add(new CellChange(state.id, UPDATE_CELL, value));
        }
    }

    void readUpdate(KeyState state, byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        state.updatedMillis = buffer.getLong();
        state.updatePending = buffer.get() != 0;
        state.updateCommitted = true;
        if (state.updatePending) {
            pending.add(state);
        }
    }

    /** The changes are committed. */
    void committed() {
        for (KeyState state : operator.touched()) {
            state.touched = false;
            state.removed = List.of();
            state.updateCommitted = !state.cells.isEmpty() && (state.updateCommitted || state.updateDirty);
            state.updateDirty = false;
            for (Cell cell : state.cells) {
                cell.committed |= cell.dirty;
                cell.dirty = false;
            }
            if (state.cells.isEmpty()) {
                pending.remove(state);
            }
            operator.forgetIfEmpty(state);
        }
        operator.touched().clear();
    }

    /** A key's memory is dropped. */
    void forget(KeyState state) {
        pending.remove(state);
    }

    private static List<KeyState> inOrder(Collection<KeyState> states) {
        List<KeyState> ordered = new ArrayList<>(states);
        KeyOrder.sort(ordered);
        return ordered;
    }
}
