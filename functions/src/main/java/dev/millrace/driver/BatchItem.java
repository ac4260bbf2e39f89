package dev.millrace.driver;

import dev.millrace.engine.Exchanged;
import dev.millrace.engine.RecordFailure;
import dev.millrace.engine.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record of a batch.
 *
 * @param record the record
 * @param failure why it cannot be processed, where that is known already; or null
 * @param isEmpty whether there is nothing in it: an aggregated record without records, whose position counts all the same
 * @param exchanged what another stage has sent, where it is that; or null
 * @param value the record's data, where it is decoded already; or null
 */
public record BatchItem(
        SourceRecord record,
        @Nullable RecordFailure failure,
        boolean isEmpty,
        @Nullable Exchanged exchanged,
        @Nullable Object value) {
    public static BatchItem of(SourceRecord record) {
        return new BatchItem(record, null, false, null, null);
    }

    /** @param record where it came from; its data is for dead letters only */
    public static BatchItem decoded(SourceRecord record, Object value) {
        return new BatchItem(record, null, false, null, value);
    }

    /** @param record where it came from; its data is for dead letters only */
    public static BatchItem exchanged(SourceRecord record, Exchanged exchanged) {
        return new BatchItem(record, null, false, exchanged, null);
    }

    public static BatchItem failed(SourceRecord record, RecordFailure failure) {
        return new BatchItem(record, failure, false, null, null);
    }

    public static BatchItem empty(SourceRecord record) {
        return new BatchItem(record, null, true, null, null);
    }
}
