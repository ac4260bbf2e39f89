package dev.millrace.lambda;

import dev.millrace.driver.BatchItem;
import dev.millrace.engine.Position;
import dev.millrace.engine.Reason;
import dev.millrace.engine.RecordFailure;
import dev.millrace.engine.SourceRecord;
import java.util.List;
import java.util.Objects;

/** Records of a source stream, as they lie in its shards. */
public final class KinesisRecords {
    private KinesisRecords() {}

    /**
     * Adds what is in a record: itself, or, where it is aggregated, its records in their order. One that is damaged is added as one
     * that has failed.
     *
     * @param whole with its position, whose sub-sequence number is 0
     */
    public static void unpack(SourceRecord whole, List<BatchItem> to) {
        AggregatedRecords.Unpacked unpacked;
        try {
            unpacked = AggregatedRecords.unpack(whole.data(), whole.partitionKey());
        } catch (CorruptedAggregateException e) {
            String message = String.valueOf(e.getMessage());
            to.add(BatchItem.failed(whole, RecordFailure.untimed(Reason.UNDECODABLE, message, e)));
            return;
        }
        if (!unpacked.aggregated()) {
            to.add(BatchItem.of(whole));
            return;
        }
        List<UserRecord> records = unpacked.records();
        if (records.isEmpty()) {
            to.add(BatchItem.empty(whole));
        }
        String sequenceNumber = Objects.requireNonNull(whole.position()).sequenceNumber();
        for (int i = 0; i < records.size(); i++) {
            UserRecord user = records.get(i);
            Position position = new Position(sequenceNumber, user.subSequenceNumber(), i + 1 < records.size());
            to.add(BatchItem.of(new SourceRecord(user.partitionKey(), user.data(), position, whole.arrivalMillis())));
        }
    }
}
