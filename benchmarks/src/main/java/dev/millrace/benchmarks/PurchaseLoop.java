package dev.millrace.benchmarks;

import dev.millrace.benchmarks.EngineBenchmark.Form;
import dev.millrace.engine.SourceRecord;
import dev.millrace.engine.Task;
import java.util.function.IntSupplier;

/** Records made beforehand, which come again and again, each time later. */
final class PurchaseLoop {
    /** Enough that they do not stay in a processor's cache. */
    private static final int RECORDS = 100_000;

    private final Form form;
    private final long lapMillis;
    private final SourceRecord[] records = new SourceRecord[RECORDS];
    private final Object[] values = new Object[RECORDS];
    private int next;
    private long shiftMillis;

    /** @param recordsPerWindow how many records come in a minute of event time */
    PurchaseLoop(Form form, IntSupplier keys, int recordsPerWindow) {
        this.form = form;
        PurchaseRecords made = new PurchaseRecords(PurchaseRecords.KEYS, recordsPerWindow);
        for (int i = 0; i < RECORDS; i++) {
            int key = keys.getAsInt();
            values[i] = made.value(key);
            records[i] = form == Form.DECODED ? made.record(key) : made.json(key, form == Form.DATED_JSON);
        }
        this.lapMillis = made.nextMillis() - PurchaseRecords.START_MILLIS;
    }

    /** How much later than its record says the purchase at hand is. */
    long shiftMillis() {
        return shiftMillis;
    }

    void applyTo(Task task) {
        SourceRecord record = records[next];
        Object value = form == Form.DECODED ? values[next] : task.decode(record);
        task.applyDecoded(record, value, record.arrivalMillis());
    }

    /** Goes on to the next record. To be called once nothing more is to come of the one at hand. */
    void advance() {
        next++;
        if (next == RECORDS) {
            next = 0;
            shiftMillis += lapMillis;
        }
    }
}
