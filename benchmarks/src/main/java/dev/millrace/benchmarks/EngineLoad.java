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
 * A task under load. The same records come again and again, each time later; {@link #run} applies the next of them as a
 * driver does it, up to the changes that go to the state log and come back as committed.
 */
final class EngineLoad {
    private static final int BUCKETS = 256;
    /** Enough that they do not stay in a processor's cache. */
    private static final int RECORDS = 100_000;

    private final Form form;
    private final int recordsPerCommit;
    private final long lapMillis;
    private final KeyedState state = new KeyedState(BUCKETS);
    private final Task task;
    private final SourceRecord[] records = new SourceRecord[RECORDS];
    private final Object[] values = new Object[RECORDS];
    private int next;
    private long shiftMillis;
    private long outputs;
    private long changedCells;

    /** @param recordsPerWindow how many records come in a minute of event time */
    EngineLoad(Form form, int recordsPerCommit, int recordsPerWindow) {
        this.form = form;
        this.recordsPerCommit = recordsPerCommit;
        PurchaseRecords made = new PurchaseRecords(PurchaseRecords.KEYS, recordsPerWindow);
        Zipf zipf = new Zipf(PurchaseRecords.KEYS, PurchaseRecords.EXPONENT, PurchaseRecords.SEED);
        for (int i = 0; i < RECORDS; i++) {
            int key = zipf.next();
            values[i] = made.value(key);
            records[i] = form == Form.DECODED ? made.record(key) : made.json(key, form == Form.DATED_JSON);
        }
        this.lapMillis = made.nextMillis() - PurchaseRecords.START_MILLIS;
        this.task = new Task(
                form == Form.DATED_JSON
                        ? CountPipeline.ofShiftedDatedPurchases(() -> shiftMillis)
                        : CountPipeline.ofShiftedPurchases(() -> shiftMillis),
                "source",
                "shardId-000000000000",
                state,
                Limits.DEFAULT);
        this.task.restore(Progress.NONE);
    }

    /** Applies and commits the next records. */
    void run(int count) {
        int uncommitted = 0;
        for (int i = 0; i < count; i++) {
            SourceRecord record = records[next];
            Object value = form == Form.DECODED ? values[next] : task.decode(record);
            task.applyDecoded(record, value, record.arrivalMillis());
            while (!task.fireDue()) {
                commit();
            }
            uncommitted++;
            if (uncommitted == recordsPerCommit || task.isFull()) {
                commit();
                uncommitted = 0;
            }
            next++;
            if (next == RECORDS) {
                next = 0;
                shiftMillis += lapMillis;
            }
        }
        if (uncommitted > 0) {
            commit();
        }
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
