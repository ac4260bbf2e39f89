package dev.millrace.local.kcl;

import java.util.ArrayList;
import java.util.List;
import software.amazon.kinesis.retrieval.AggregatorUtil;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/** Leaves aggregated records as they are: they are unpacked as on Lambda, with the same sub-sequence numbers. */
final class WholeRecords extends AggregatorUtil {
    @Override
    public List<KinesisClientRecord> deaggregate(List<KinesisClientRecord> records) {
        // KCL takes out of the list what it has seen.
        return new ArrayList<>(records);
    }

    @Override
    public List<KinesisClientRecord> deaggregate(
            List<KinesisClientRecord> records, String startingHashKey, String endingHashKey) {
        return new ArrayList<>(records);
    }
}
