package dev.millrace.engine;

import java.util.List;

/** What operators keep beside their keys' state, where several partitions become one, or one several. */
public final class KeylessState {
    private KeylessState() {}

    /**
     * The keyless cells of a partition that takes over from others (R3).
     *
     * @param parents their states, sealed, in the order of their shard ids
     * @return its cells, each at most once; the same for the same parents
     */
    public static List<CellChange> merged(List<KeyedState> parents) {
        // Cursors of what is due are all there is, and none is taken over: a parent has finished what was due before
        // its
        // seal, and then all up to its watermark is done, which its floor says.
        return List.of();
    }
}
