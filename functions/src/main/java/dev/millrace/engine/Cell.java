package dev.millrace.engine;

import org.jspecify.annotations.Nullable;

/** One accumulator of a key, in memory: a slice, a session, or a running aggregation's. */
final class Cell {
    /** The start of a slice or session; 0 for a running aggregation. */
    final long start;
    /** The end of a session, exclusive; not used otherwise. */
    long end;
    /** Whether a result of this session has been sent. */
    boolean emitted;
    /** Whether the key was entered for when something is due for this slice. */
    boolean scheduled;
    /** Changed since the last commit. */
    boolean dirty;
    /** In the state log as of the last commit. */
    boolean committed;
    /** Changed since its results were last sent on. */
    boolean unreported;

    private @Nullable Object accumulator;
    private byte @Nullable [] stored;

    Cell(long start, Object accumulator) {
        this.start = start;
        this.accumulator = accumulator;
    }

    /** A cell as stored, which is decoded when first needed. */
    Cell(long start, byte[] stored) {
        this.start = start;
        this.stored = stored;
        this.committed = true;
        this.scheduled = true;
    }

    Object accumulator(Folding folding) {
        Object known = accumulator;
        if (known == null) {
            byte[] bytes = stored;
            if (bytes == null) {
                throw new IllegalStateException("a cell has neither accumulator nor bytes");
            }
            known = folding.decode(bytes);
            accumulator = known;
            stored = null;
        }
        return known;
    }

    void accumulator(Object changed) {
        accumulator = changed;
        stored = null;
    }
}
