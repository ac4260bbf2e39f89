package dev.millrace.benchmarks;

import dev.millrace.Pipeline;
import dev.millrace.engine.CellChange;
import dev.millrace.engine.Changes;
import dev.millrace.engine.KeyedState;
import dev.millrace.engine.Limits;
import dev.millrace.engine.Progress;
import dev.millrace.engine.Task;

/** A task whose changes are committed to its keyed state, as a driver does it, but for the state log. */
final class CommittingTask {
    private static final int BUCKETS = 256;

    private final KeyedState state = new KeyedState(BUCKETS);
    private final Task task;
    private long outputs;
    private long changedCells;

    CommittingTask(Pipeline pipeline, String stage, String partition) {
        this.task = new Task(pipeline, stage, partition, state, Limits.DEFAULT);
        this.task.restore(Progress.NONE);
    }

    Task task() {
        return task;
    }

    Changes commit() {
        Changes changes = task.changes();
        for (CellChange cell : changes.cells()) {
            state.apply(cell);
        }
        outputs += changes.outbox().size();
        changedCells += changes.cells().size();
        task.committed();
        return changes;
    }

    /** How many outputs have come of it so far: results, and what is for other stages. */
    long outputs() {
        return outputs;
    }

    /** How many cells have been committed so far, each as often as it was. */
    long changedCells() {
        return changedCells;
    }
}
