package dev.millrace.benchmarks;

import dev.millrace.benchmarks.EngineBenchmark.Form;
import dev.millrace.engine.CellChange;
import dev.millrace.engine.Changes;
import dev.millrace.engine.KeyedState;
import dev.millrace.engine.Limits;
import dev.millrace.engine.Progress;
import dev.millrace.engine.SourceRecord;
import dev.millrace.engine.Task;

/**
 * A task under load: records are made by {@link #prepare}, and applied by {@link #run} as a driver does it, up to the
 * changes that go to the state log and come back as committed.
 */
final class EngineLoad {
    private static final int BUCKETS = 256;

    private final Form form;
    private final int recordsPerCommit;
    private final PurchaseRecords records;
    private final Zipf zipf = new Zipf(PurchaseRecords.KEYS, PurchaseRecords.EXPONENT, PurchaseRecords.SEED);
    private final KeyedState state = new KeyedState(BUCKETS);
    private final Task task;
    private final SourceRecord[] batch;
    private final Object[] values;
    private long outputs;
    private long changedCells;

    /**
     * @param recordsPerRun how many records {@link #run} applies
     * @param recordsPerWindow how many records come in a minute of event time
     */
    EngineLoad(Form form, int recordsPerRun, int recordsPerCommit, int recordsPerWindow) {
        this.form = form;
        this.recordsPerCommit = recordsPerCommit;
        this.records = new PurchaseRecords(PurchaseRecords.KEYS, recordsPerWindow);
        this.task = new Task(
                form == Form.DATED_JSON ? CountPipeline.ofDatedPurchases() : CountPipeline.ofPurchases(),
                "stage",
                "shardId-000000000000",
                state,
                Limits.DEFAULT);
        this.task.restore(Progress.NONE);
        this.batch = new SourceRecord[recordsPerRun];
        this.values = new Object[recordsPerRun];
    }

    /** Makes the records of the next run. */
    void prepare() {
        for (int i = 0; i < batch.length; i++) {
            int key = zipf.next();
            if (form == Form.DECODED) {
                values[i] = records.value(key);
                batch[i] = records.record(key);
            } else {
                batch[i] = records.json(key, form == Form.DATED_JSON);
            }
        }
    }

    /** Applies and commits what was prepared. */
    void run() {
        int uncommitted = 0;
        for (int i = 0; i < batch.length; i++) {
            SourceRecord record = batch[i];
            Object value = form == Form.DECODED ? values[i] : task.decode(record);
            task.applyDecoded(record, value, record.arrivalMillis());
            while (!task.fireDue()) {
                commit();
            }
            uncommitted++;
            if (uncommitted == recordsPerCommit || task.isFull()) {
                commit();
                uncommitted = 0;
            }
        }
        commit();
    }

    private void commit() {
        Changes changes = task.changes();
        for (CellChange cell : changes.cells()) {
            state.apply(cell);
        }
        outputs += changes.outbox().size();
        changedCells += changes.cells().size();
        task.committed();
    }

    /** How many results have come of it so far. */
    long outputs() {
        return outputs;
    }

    /** How many cells have been committed so far, each as often as it was. */
    long changedCells() {
        return changedCells;
    }
}
