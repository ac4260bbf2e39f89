package dev.millrace.local.endpoint;

import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.kinesis.PutEntry;
import dev.millrace.local.kinesis.PutResult;
import dev.millrace.local.kinesis.ReadResult;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamRecord;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Putting and getting records. */
final class RecordActions {
    private static final int MAX_READ_RECORDS = 10_000;

    private final EmbeddedKinesis kinesis;

    RecordActions(EmbeddedKinesis kinesis) {
        this.kinesis = kinesis;
    }

    void addTo(Map<String, KinesisFront.Action> actions) {
        actions.put("PutRecord", this::putRecord);
        actions.put("GetShardIterator", this::getShardIterator);
        actions.put("GetRecords", this::getRecords);
    }

    static Reply putRecords(EmbeddedKinesis kinesis, PutRecordsParser.Request request) {
        List<PutResult> results = kinesis.put(request.stream(), request.entries());
        return out -> out.number("FailedRecordCount", 0)
                .objects(
                        "Records",
                        results,
                        result -> out.text("SequenceNumber", result.sequenceNumber())
                                .text("ShardId", result.shardId()));
    }

    private Reply putRecord(Parameters in) {
        PutEntry entry = PutRecordsParser.entry(
                "", in.requiredBytes("Data"), in.text("PartitionKey"), in.text("ExplicitHashKey"));
        String ordering = in.text("SequenceNumberForOrdering");
        if (ordering != null) {
            // Records of one caller are in order anyway.
            Constraint.pattern("sequenceNumberForOrdering", ordering, Constraint.SEQUENCE_NUMBER);
        }
        PutResult result = kinesis.put(in.stream(), List.of(entry)).get(0);
        return out -> out.text("ShardId", result.shardId()).text("SequenceNumber", result.sequenceNumber());
    }

    private Reply getShardIterator(Parameters in) {
        String shardId = ShardActions.shardId(in);
        StartingPosition position = PositionType.position(in, "ShardIteratorType", "StartingSequenceNumber");
        String iterator = kinesis.shardIterator(in.stream(), shardId, position);
        return out -> out.text("ShardIterator", iterator);
    }

    private Reply getRecords(Parameters in) {
        String iterator = Constraint.length("shardIterator", in.requiredText("ShardIterator"), 1, 512);
        int limit = in.integer("Limit", MAX_READ_RECORDS, 1, MAX_READ_RECORDS);
        return new Records(kinesis.read(iterator, limit));
    }

    static WireWriter writeRecords(WireWriter out, List<StreamRecord> records) throws IOException {
        return out.objects(
                "Records",
                records,
                record -> out.text("SequenceNumber", record.sequenceNumber())
                        .timestamp(
                                "ApproximateArrivalTimestamp",
                                record.approximateArrival().toEpochMilli())
                        .bytes("Data", record.data())
                        .text("PartitionKey", record.partitionKey()));
    }

    /** The reply that may be large. */
    record Records(ReadResult read) implements Reply {
        @Override
        public void write(WireWriter out) throws IOException {
            writeRecords(out, read.records())
                    .text("NextShardIterator", read.nextIterator())
                    .number("MillisBehindLatest", read.millisBehindLatest());
            ShardActions.writeChildren(out, read.childShards());
        }
    }
}
