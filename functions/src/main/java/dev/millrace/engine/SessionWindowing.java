package dev.millrace.engine;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Sessions: a record opens one of the length of the gap, and joins it with those it overlaps. A record is late when the
 * session it would be in is. A session whose results were sent and whose start then changes is retracted, since a row is
 * known by its window's start.
 */
final class SessionWindowing implements Windowing {
    private static final int HEADER_BYTES = Long.BYTES + 1;

    private final long gapMillis;
    private final long latenessMillis;

    SessionWindowing(long gapMillis, long latenessMillis) {
        this.gapMillis = gapMillis;
        this.latenessMillis = latenessMillis;
    }

    @Override
    public boolean add(
            AggregateOperator operator, KeyState state, Object value, long timeMillis, long watermarkMillis) {
        Overlap overlap = overlap(state, timeMillis, timeMillis + gapMillis);
        if (overlap.end + latenessMillis <= watermarkMillis) {
            return false;
        }
        if (overlap.isOne() && state.cells.get(overlap.from).start <= timeMillis) {
            settle(operator, state, operator.addToCell(state, overlap.start, value), overlap.end, watermarkMillis);
        } else {
            Object accumulator = operator.folding().of(value);
            join(operator, state, overlap, timeMillis, accumulator, watermarkMillis);
        }
        return true;
    }

    @Override
    public boolean addPart(
            AggregateOperator operator,
            KeyState state,
            long start,
            long end,
            Object accumulator,
            long watermarkMillis) {
        Overlap overlap = overlap(state, start, end);
        if (overlap.end + latenessMillis <= watermarkMillis) {
            return false;
        }
        join(operator, state, overlap, start, accumulator, watermarkMillis);
        return true;
    }

    /** The sessions of a key from one index to before another, and the bounds of all of them and what is to join them. */
    private record Overlap(int from, int to, long start, long end) {
        boolean isOne() {
            return to - from == 1;
        }
    }

    private static Overlap overlap(KeyState state, long start, long end) {
        int from = 0;
        while (from < state.cells.size() && state.cells.get(from).end <= start) {
            from++;
        }
        int to = from;
        long first = start;
        long last = end;
        while (to < state.cells.size() && state.cells.get(to).start < end) {
            first = Math.min(first, state.cells.get(to).start);
            last = Math.max(last, state.cells.get(to).end);
            to++;
        }
        return new Overlap(from, to, first, last);
    }

    /** Makes one session of those that overlap, and what starts at {@code addedStart}. */
    private void join(
            AggregateOperator operator,
            KeyState state,
            Overlap overlap,
            long addedStart,
            Object added,
            long watermarkMillis) {
        Cell joined = joined(operator.folding(), state, overlap, addedStart, added);
        for (Cell part : state.cells.subList(overlap.from, overlap.to)) {
            if (part.emitted && part.start != overlap.start) {
                boolean wasFinal = part.end <= watermarkMillis;
                operator.retract(state, part.start, part.end, () -> part.accumulator(operator.folding()), wasFinal);
            }
            joined.emitted |= part.emitted && part.start == overlap.start;
        }
        replace(state, overlap, joined);
        operator.changed(state, joined);
        settle(operator, state, joined, overlap.end, watermarkMillis);
    }

    /** Merged in the order of their starts; what is added goes before what starts after it. */
    private static Cell joined(Folding folding, KeyState state, Overlap overlap, long addedStart, Object added) {
        @Nullable Object accumulator = null;
        boolean isAdded = false;
        for (Cell part : state.cells.subList(overlap.from, overlap.to)) {
            if (!isAdded && part.start > addedStart) {
                accumulator = merged(folding, accumulator, added);
                isAdded = true;
            }
            accumulator = merged(folding, accumulator, part.accumulator(folding));
        }
        return new Cell(
                overlap.start, isAdded && accumulator != null ? accumulator : merged(folding, accumulator, added));
    }

    private static Object merged(Folding folding, @Nullable Object left, Object right) {
        return left == null ? right : folding.merge(left, right);
    }

    private static void replace(KeyState state, Overlap overlap, Cell joined) {
        for (int i = overlap.from; i < overlap.to; i++) {
            state.remove(overlap.from);
        }
        state.insert(joined);
        joined.end = overlap.end;
    }

    private static void settle(
            AggregateOperator operator, KeyState state, Cell session, long end, long watermarkMillis) {
        session.end = end;
        operator.schedule(state, session);
        if (end <= watermarkMillis) {
            sendFinal(operator, state, session);
        }
    }

    /** A value is late by the session that it would be alone: the sender does not know the others of its key. */
    @Override
    public long placeOf(long timeMillis, long watermarkMillis) {
        return timeMillis + gapMillis + latenessMillis <= watermarkMillis ? LATE : timeMillis;
    }

    @Override
    public void combine(Folding folding, KeyState state, long place, Object value) {
        combineAccumulator(folding, state, place, folding.of(value));
    }

    @Override
    public void combineAccumulator(Folding folding, KeyState state, long place, Object accumulator) {
        Overlap overlap = overlap(state, place, place + gapMillis);
        replace(state, overlap, joined(folding, state, overlap, place, accumulator));
    }

    @Override
    public long overMillis(long timeMillis) {
        return timeMillis + gapMillis + latenessMillis;
    }

    @Override
    public long endOf(Cell cell) {
        return cell.end;
    }

    @Override
    public long nextDueMillis(Cell cell, long afterMillis) {
        return cell.end > afterMillis ? cell.end : Math.max(cell.end + latenessMillis, afterMillis + 1);
    }

    @Override
    public void due(AggregateOperator operator, KeyState state, long timeMillis) {
        for (Cell session : state.cells) {
            if (session.end == timeMillis) {
                sendFinal(operator, state, session);
            }
        }
        for (int i = state.cells.size() - 1; i >= 0; i--) {
            if (state.cells.get(i).end + latenessMillis <= timeMillis) {
                state.remove(i);
            }
        }
    }

    @Override
    public void report(AggregateOperator operator, KeyState state, long watermarkMillis) {
        for (Cell session : state.cells) {
            if (session.unreported && session.end > watermarkMillis) {
                session.unreported = false;
                session.emitted = true;
                session.dirty = true;
                operator.send(state, session.start, session.end, () -> session.accumulator(operator.folding()), false);
            }
        }
    }

    @Override
    public int updatesOfKey() {
        return 1;
    }

    private static void sendFinal(AggregateOperator operator, KeyState state, Cell session) {
        session.unreported = false;
        session.emitted = true;
        session.dirty = true;
        operator.send(state, session.start, session.end, () -> session.accumulator(operator.folding()), true);
    }

    /** The end (eight bytes), whether results were sent (one), then the accumulator. */
    @Override
    public byte[] encode(AggregateOperator operator, Cell cell) {
        byte[] accumulator = operator.folding().encode(cell.accumulator(operator.folding()));
        return ByteBuffer.allocate(HEADER_BYTES + accumulator.length)
                .putLong(cell.end)
                .put((byte) (cell.emitted ? 1 : 0))
                .put(accumulator)
                .array();
    }

    @Override
    public Cell decode(AggregateOperator operator, long start, byte[] bytes) {
        if (bytes.length < HEADER_BYTES) {
            throw new IllegalStateException("a session in the state of operator '" + operator.name() + "' has "
                    + bytes.length + " bytes: was the operator's name used by another kind of window before?");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long end = buffer.getLong();
        boolean emitted = buffer.get() != 0;
        byte[] accumulator = new byte[buffer.remaining()];
        buffer.get(accumulator);
        Cell cell = new Cell(start, accumulator);
        cell.end = end;
        cell.emitted = emitted;
        return cell;
    }
}
