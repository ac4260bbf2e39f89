package dev.millrace.engine;

import java.util.List;

/**
 * What a task has to say since the last commit: the content of one entry of the state log.
 *
 * @param progress how far the partition has come with it
 * @param cells the changed cells, each at most once, mostly ordered by {@link KeyId} and namespace
 * @param outbox the outputs, in the order in which they were made: an output's index here is part of its id
 */
public record Changes(Progress progress, List<CellChange> cells, List<Output> outbox) {
    public Changes {
        cells = List.copyOf(cells);
        outbox = List.copyOf(outbox);
    }

    /** Whether there is nothing to say but, perhaps, how far the partition has come. */
    public boolean isEmpty() {
        return cells.isEmpty() && outbox.isEmpty();
    }
}
