package dev.millrace.engine;

import dev.millrace.Emission;
import dev.millrace.Result;
import dev.millrace.Transform;
import dev.millrace.Window;
import dev.millrace.codec.Codec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An aggregation over the keys of a partition: keeps each key's accumulators, and sends results downstream. Which cells a
 * value goes into and when results are due is left to its {@link Windowing}; what has changed since the last commit is
 * gathered by {@link AggregateCommit}.
 */
final class AggregateOperator implements Adder {
    private final String name;
    private final Folding folding;
    private final Codec<Object> keyCodec;
    private final Windowing windowing;
    private final Receiver results;
    private final TaskScope task;
    private final boolean reportsUpdates;
    private final boolean sendsUpdates;

    private final Map<Object, KeyState> keys = new HashMap<>();
    private final List<KeyState> touched = new ArrayList<>();
    /** With results on update: the keys that have something newer than their last interim result. */
    private final List<KeyState> updated = new ArrayList<>();

    private final Timers timers = new Timers();
    private final AggregateCommit commit;
    /** What was due is done before this time, and at it: for the keys up to one, or for all where that is null. */
    private long doneMillis = Progress.NO_TIME;

    private @Nullable KeyId doneKey;

    AggregateOperator(
            String name, Transform.Aggregate transform, Codec<Object> keyCodec, Receiver results, TaskScope task) {
        this.name = name;
        this.folding = new Folding(transform.aggregation());
        this.keyCodec = keyCodec;
        this.windowing = Windowing.of(transform.windows());
        this.results = results;
        this.task = task;
        Emission emission = transform.emission();
        this.reportsUpdates = !(emission instanceof Emission.OnClose);
        this.sendsUpdates = emission instanceof Emission.OnUpdate;
        this.commit = new AggregateCommit(this, emission);
    }

    @Override
    public String name() {
        return name;
    }

    Windowing windowing() {
        return windowing;
    }

    Folding folding() {
        return folding;
    }

    List<KeyState> touched() {
        return touched;
    }

    List<KeyState> updated() {
        return updated;
    }

    AggregateCommit commit() {
        return commit;
    }

    DueCursor done() {
        return new DueCursor(doneMillis, doneKey);
    }

    /** Up to when all results that are due have been sent on: at most {@code watermarkMillis}. */
    long sentMillis(long watermarkMillis) {
        return doneKey == null ? Math.min(doneMillis, watermarkMillis) : doneMillis - 1;
    }

    /** Whether anything will be due some time. */
    boolean isWaiting() {
        return timers.anyBy(Timers.NEVER, state -> true);
    }

    private void done(DueCursor cursor) {
        doneMillis = cursor.timeMillis();
        doneKey = cursor.key();
    }

    @Override
    public boolean add(Object key, Object value, long timeMillis, long watermarkMillis) {
        KeyState known = keys.get(key);
        KeyState state = known == null ? new KeyState(key, KeyId.of(name, keyCodec.encode(key)), task.floors()) : known;
        try {
            if (!windowing.add(this, state, value, timeMillis, watermarkMillis)) {
                return false;
            }
        } catch (RuntimeException e) {
            // The aggregation may have changed the accumulator before it failed: a rollback must read the key anew.
            touch(state);
            throw e;
        }
        if (known == null) {
            keys.put(key, state);
        }
        return true;
    }

    /** As {@link #add}, for what another stage has aggregated. */
    boolean addPart(Part part, long watermarkMillis) {
        Object key = keyCodec.decode(part.key());
        Object accumulator = folding.decode(part.accumulator());
        return addPart(key, KeyId.of(name, part.key()), part.start(), part.end(), accumulator, watermarkMillis);
    }

    /** As above, for what was handed over as it is. */
    boolean addPart(Object key, KeyId id, long start, long end, Object accumulator, long watermarkMillis) {
        KeyState known = keys.get(key);
        KeyState state = known == null ? new KeyState(key, id, task.floors()) : known;
        try {
            if (!windowing.addPart(this, state, start, end, accumulator, watermarkMillis)) {
                return false;
            }
        } catch (RuntimeException e) {
            touch(state);
            throw e;
        }
        if (known == null) {
            keys.put(key, state);
        }
        return true;
    }

    /** Adds a value to the cell that starts at {@code start}, making it where there is none. */
    Cell addToCell(KeyState state, long start, Object value) {
        Cell cell = state.combine(folding, start, value);
        changed(state, cell);
        return cell;
    }

    /** Merges an accumulator into the cell that starts at {@code start}, making it where there is none. */
    Cell mergeIntoCell(KeyState state, long start, Object accumulator) {
        Cell cell = state.merge(folding, start, accumulator);
        changed(state, cell);
        return cell;
    }

    /** Notes that a cell has a new content. */
    void changed(KeyState state, Cell cell) {
        touch(state);
        cell.dirty = true;
        cell.unreported = reportsUpdates;
        if (sendsUpdates && !state.updated) {
            state.updated = true;
            updated.add(state);
        }
    }

    /** Notes when something is due for a cell that is new, or has a new end. */
    void schedule(KeyState state, Cell cell) {
        timers.schedule(state, windowing.nextDueMillis(cell, doneFor(state)));
    }

    /** Notes that something of a key may change. */
    void touch(KeyState state) {
        if (!state.touched) {
            state.touched = true;
            if (sendsUpdates) {
                task.updatesDue(windowing.updatesOfKey());
            }
            touched.add(state);
        }
    }

    /** Sends a result of a window; an exception of {@code accumulator} is a failure of the result. */
    void send(KeyState state, long startMillis, long endMillis, Supplier<Object> accumulator, boolean isFinal) {
        Window window = new Window(Instant.ofEpochMilli(startMillis), Instant.ofEpochMilli(endMillis));
        send(state, window, accumulator, isFinal, false, endMillis - 1);
    }

    /** Takes back the results of a window, of which the last was final or not: what took that one takes this one. */
    void retract(KeyState state, long startMillis, long endMillis, Supplier<Object> accumulator, boolean isFinal) {
        Window window = new Window(Instant.ofEpochMilli(startMillis), Instant.ofEpochMilli(endMillis));
        send(state, window, accumulator, isFinal, true, endMillis - 1);
    }

    /** Sends a running aggregation's result. */
    void sendRunning(KeyState state, Supplier<Object> accumulator) {
        send(state, null, accumulator, false, false, task.nowMillis());
    }

    private void send(
            KeyState state,
            @Nullable Window window,
            Supplier<Object> accumulator,
            boolean isFinal,
            boolean isRetraction,
            long timeMillis) {
        int outputsBefore = task.outbox().size();
        int pendingBefore = task.pending().size();
        try {
            Result<Object, Object> result = new Result<>(state.key, window, folding.result(accumulator.get()), isFinal);
            task.context().result(timeMillis, isRetraction);
            results.accept(result, task.context());
            task.addResults(pendingBefore, timeMillis);
        } catch (RuntimeException e) {
            task.outbox().truncate(outputsBefore);
            task.pending().truncate(pendingBefore);
            String where = window == null ? "" : ", window " + window.start() + " to " + window.end();
            task.resultFailed(
                    "operator '" + name + "' cannot give its result for key '" + state.key + "'" + where + ": " + e, e);
        }
    }

    /** Whether a watermark would make anything due. */
    boolean isDue(long watermarkMillis) {
        return timers.anyBy(
                watermarkMillis,
                state -> state.cells.stream()
                        .anyMatch(cell -> windowing.nextDueMillis(cell, doneFor(state)) <= watermarkMillis));
    }

    /**
     * Does what is due by the watermark, key by key in order.
     *
     * @return false if it stopped early, since enough has come together for an entry
     */
    boolean fireDue(long watermarkMillis) {
        if (timers.earliestMillis() > watermarkMillis) {
            doneThrough(watermarkMillis);
            return true;
        }
        KeyState state = timers.next(watermarkMillis);
        while (state != null) {
            long time = timers.currentMillis();
            // A firing that changes no cell is not among what others say they have changed: only the cursor tells.
            boolean isDone = time <= doneFor(state);
            if (!isDone) {
                touch(state);
                int outputsBefore = task.outbox().size();
                windowing.due(this, state, time);
                if (task.outbox().size() == outputsBefore) {
                    task.firedSilently();
                }
                doneMillis = time;
                doneKey = state.id;
            }
            scheduleNext(state);
            if (!isDone && task.isFull()) {
                return false;
            }
            state = timers.next(watermarkMillis);
        }
        doneThrough(watermarkMillis);
        return true;
    }

    private void doneThrough(long watermarkMillis) {
        doneMillis = watermarkMillis;
        doneKey = null;
    }

    /** The time up to which all that was due is done for a key. */
    private long doneFor(KeyState state) {
        KeyId last = doneKey;
        long done = last == null || state.id.compareTo(last) <= 0 ? doneMillis : doneMillis - 1;
        // Where the floor is higher a parent has done more (R4).
        return Math.max(done, state.floorMillis);
    }

    private void scheduleNext(KeyState state) {
        for (Cell cell : state.cells) {
            schedule(state, cell);
        }
    }

    /** The memory of a key without state is let go after a commit. */
    void forgetIfEmpty(KeyState state) {
        if (state.cells.isEmpty()) {
            keys.remove(state.key, state);
        }
    }

    /** Whether enough has come together for an entry. */
    boolean isFull() {
        return task.isFull();
    }

    /** Sends the current results of what of a key has changed. */
    void report(KeyState state, long watermarkMillis) {
        windowing.report(this, state, Math.max(watermarkMillis, state.floorMillis));
    }

    /** Reads all of the operator's state, before anything else. */
    void restore(KeyedState committed, long watermarkMillis) {
        done(DueCursor.read(committed, name, watermarkMillis));
        committed.forEach((id, cells) -> {
            if (id.operator().equals(name) && !id.isKeyless()) {
                read(id, cells);
            }
        });
    }

    /** Drops what has changed since the last commit, and reads the given keys anew too. */
    void reload(KeyedState committed, long watermarkMillis, Iterable<KeyId> changed) {
        done(DueCursor.read(committed, name, watermarkMillis));
        timers.rewind();
        List<KeyState> old = new ArrayList<>(touched);
        touched.clear();
        updated.clear();
        for (KeyState state : old) {
            drop(state);
            read(state.id, committed.cells(state.id));
        }
        for (KeyId id : changed) {
            if (id.operator().equals(name) && !id.isKeyless()) {
                KeyState state = keys.get(keyCodec.decode(id.key()));
                if (state != null) {
                    drop(state);
                }
                read(id, committed.cells(id));
            }
        }
    }

    private void drop(KeyState state) {
        state.dead = true;
        commit.forget(state);
        keys.remove(state.key, state);
    }

    private void read(KeyId id, Map<Long, byte[]> cells) {
        if (cells.isEmpty()) {
            return;
        }
        KeyState state = new KeyState(keyCodec.decode(id.key()), id, task.floors());
        cells.forEach((start, bytes) -> {
            if (start == AggregateCommit.UPDATE_CELL) {
                commit.readUpdate(state, bytes);
            } else {
                state.append(windowing.decode(this, start, bytes));
            }
        });
        if (state.updatePending) {
            state.cells.forEach(cell -> cell.unreported = true);
        }
        keys.put(state.key, state);
        scheduleNext(state);
    }
}
