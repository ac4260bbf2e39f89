package dev.millrace.benchmarks;

import dev.millrace.Pipeline;
import dev.millrace.benchmarks.EngineBenchmark.Form;
import dev.millrace.engine.Task;

/**
 * A task under load: {@link #run} applies the next records as a driver does it, up to the changes that go to the state log
 * and come back as committed.
 */
final class EngineLoad {
    private final int recordsPerCommit;
    private final PurchaseLoop records;
    private final CommittingTask partition;

    /** @param recordsPerWindow how many records come in a minute of event time */
    EngineLoad(Grouping grouping, Form form, int recordsPerCommit, int recordsPerWindow) {
        this.recordsPerCommit = recordsPerCommit;
        this.records = new PurchaseLoop(form, Keys.ZIPF.draws(PurchaseRecords.SEED), recordsPerWindow);
        Pipeline pipeline = form == Form.DATED_JSON
                ? CountPipeline.ofShiftedDatedPurchases(grouping, records::shiftMillis)
                : CountPipeline.ofShiftedPurchases(grouping, records::shiftMillis);
        this.partition = new CommittingTask(pipeline, "source", "shardId-000000000000");
    }

    /** Applies and commits the next records. */
    void run(int count) {
        Task task = partition.task();
        int uncommitted = 0;
        for (int i = 0; i < count; i++) {
            records.applyTo(task);
            while (!task.fireDue()) {
                partition.commit();
            }
            uncommitted++;
            if (uncommitted == recordsPerCommit || task.isFull()) {
                partition.commit();
                uncommitted = 0;
            }
            records.advance();
        }
        if (uncommitted > 0) {
            partition.commit();
        }
    }

    /** How many results have come of it so far. */
    long outputs() {
        return partition.outputs();
    }

    /** How many cells have been committed so far, each as often as it was. */
    long changedCells() {
        return partition.changedCells();
    }
}
