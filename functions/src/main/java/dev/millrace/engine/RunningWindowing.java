package dev.millrace.engine;

/** No windows: one accumulator a key, for ever. */
final class RunningWindowing implements Windowing {
    @Override
    public boolean add(
            AggregateOperator operator, KeyState state, Object value, long timeMillis, long watermarkMillis) {
        operator.addToCell(state, 0, value);
        return true;
    }

    @Override
    public long placeOf(long timeMillis, long watermarkMillis) {
        return 0;
    }

    @Override
    public long overMillis(long timeMillis) {
        return Progress.NO_TIME;
    }

    @Override
    public boolean addPart(
            AggregateOperator operator,
            KeyState state,
            long start,
            long end,
            Object accumulator,
            long watermarkMillis) {
        operator.mergeIntoCell(state, start, accumulator);
        return true;
    }

    @Override
    public long nextDueMillis(Cell cell, long afterMillis) {
        return Timers.NEVER;
    }

    @Override
    public void due(AggregateOperator operator, KeyState state, long timeMillis) {
        throw new IllegalStateException("nothing is ever due in a running aggregation");
    }

    @Override
    public void report(AggregateOperator operator, KeyState state, long watermarkMillis) {
        for (Cell cell : state.cells) {
            if (cell.unreported) {
                cell.unreported = false;
                operator.sendRunning(state, () -> cell.accumulator(operator.folding()));
            }
        }
    }

    @Override
    public int updatesOfKey() {
        return 1;
    }

    @Override
    public byte[] encode(AggregateOperator operator, Cell cell) {
        return operator.folding().encode(cell.accumulator(operator.folding()));
    }

    @Override
    public Cell decode(AggregateOperator operator, long start, byte[] bytes) {
        return new Cell(start, bytes);
    }
}
