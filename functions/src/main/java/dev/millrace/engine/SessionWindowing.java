package dev.millrace.engine;

import java.nio.ByteBuffer;

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
        int from = 0;
        while (from < state.cells.size() && state.cells.get(from).end <= timeMillis) {
            from++;
        }
        int to = from;
        long start = timeMillis;
        long end = timeMillis + gapMillis;
        while (to < state.cells.size() && state.cells.get(to).start < timeMillis + gapMillis) {
            start = Math.min(start, state.cells.get(to).start);
            end = Math.max(end, state.cells.get(to).end);
            to++;
        }
        if (end + latenessMillis <= watermarkMillis) {
            return false;
        }
        Cell session = join(operator, state, from, to, start, value, timeMillis, watermarkMillis);
        session.end = end;
        operator.schedule(state, session);
        if (end <= watermarkMillis) {
            sendFinal(operator, state, session);
        }
        return true;
    }

    /** Makes one session of those from index {@code from} to before {@code to}, and the value. */
    private Cell join(
            AggregateOperator operator,
            KeyState state,
            int from,
            int to,
            long start,
            Object value,
            long timeMillis,
            long watermarkMillis) {
        if (to - from == 1 && state.cells.get(from).start == start) {
            return operator.addToCell(state, start, value);
        }
        Object accumulator = operator.create();
        boolean valueAdded = false;
        boolean emitted = false;
        for (int i = from; i < to; i++) {
            Cell part = state.cells.get(i);
            if (!valueAdded && part.start > timeMillis) {
                accumulator = operator.add(accumulator, value);
                valueAdded = true;
            }
            accumulator = operator.merge(accumulator, part.accumulator(operator));
            emitted |= part.emitted && part.start == start;
            if (part.emitted && part.start != start) {
                boolean wasFinal = part.end <= watermarkMillis;
                operator.retract(state, part.start, part.end, () -> part.accumulator(operator), wasFinal);
            }
        }
        for (int i = from; i < to; i++) {
            state.remove(from);
        }
        Cell joined = new Cell(start, valueAdded ? accumulator : operator.add(accumulator, value));
        joined.emitted = emitted;
        state.insert(joined);
        operator.changed(state, joined);
        return joined;
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
                operator.send(state, session.start, session.end, () -> session.accumulator(operator), false);
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
        operator.send(state, session.start, session.end, () -> session.accumulator(operator), true);
    }

    /** The end (eight bytes), whether results were sent (one), then the accumulator. */
    @Override
    public byte[] encode(AggregateOperator operator, Cell cell) {
        byte[] accumulator = operator.accumulatorCodec().encode(cell.accumulator(operator));
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
