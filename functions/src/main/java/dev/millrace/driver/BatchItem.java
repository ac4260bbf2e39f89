package dev.millrace.driver;

import dev.millrace.engine.RecordFailure;
import dev.millrace.engine.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record of a batch.
 *
 * @param record the record
 * @param failure why it cannot be processed, where that is known already; or null
 * @param isEmpty whether there is nothing in it: an aggregated record without records, whose position counts all the same
 */
public record BatchItem(SourceRecord record, @Nullable RecordFailure failure, boolean isEmpty) {
    public static BatchItem of(SourceRecord record) {
        return new BatchItem(record, null, false);
    }

    public static BatchItem failed(SourceRecord record, RecordFailure failure) {
        return new BatchItem(record, failure, false);
    }

    public static BatchItem empty(SourceRecord record) {
        return new BatchItem(record, null, true);
    }
}
