package dev.millrace.local.endpoint;

import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.kinesis.KinesisException;
import dev.millrace.local.kinesis.PutEntry;
import dev.millrace.local.kinesis.PutResult;
import dev.millrace.local.kinesis.ReadResult;
import dev.millrace.local.kinesis.StartingPosition;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Putting and getting records. */
final class RecordActions {
    private static final int MAX_READ_RECORDS = 10_000;

    private enum IteratorType {
        AT_SEQUENCE_NUMBER,
        AFTER_SEQUENCE_NUMBER,
        TRIM_HORIZON,
        LATEST,
        AT_TIMESTAMP
    }

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
        String shardId = Constraint.pattern("shardId", in.requiredText("ShardId"), Constraint.SHARD_ID);
        Constraint.length("shardId", shardId, 1, 128);
        IteratorType type =
                Constraint.oneOf("shardIteratorType", in.requiredText("ShardIteratorType"), IteratorType.class);
        String sequenceNumber = in.text("StartingSequenceNumber");
        if (sequenceNumber != null) {
            Constraint.pattern("startingSequenceNumber", sequenceNumber, Constraint.SEQUENCE_NUMBER);
        }
        StartingPosition position = position(type, sequenceNumber, in.timestamp("Timestamp"));
        String iterator = kinesis.shardIterator(in.stream(), shardId, position);
        return out -> out.text("ShardIterator", iterator);
    }

    private static StartingPosition position(
            IteratorType type, @Nullable String sequenceNumber, @Nullable Instant timestamp) {
        return switch (type) {
            case TRIM_HORIZON -> new StartingPosition.TrimHorizon();
            case LATEST -> new StartingPosition.Latest();
            case AT_TIMESTAMP -> new StartingPosition.AtTimestamp(required(type, "Timestamp", timestamp));
            case AT_SEQUENCE_NUMBER ->
                new StartingPosition.AtSequenceNumber(required(type, "StartingSequenceNumber", sequenceNumber));
            case AFTER_SEQUENCE_NUMBER ->
                new StartingPosition.AfterSequenceNumber(required(type, "StartingSequenceNumber", sequenceNumber));
        };
    }

    private static <T> T required(IteratorType type, String field, @Nullable T value) {
        if (value == null) {
            throw new KinesisException(
                    KinesisException.Type.InvalidArgumentException,
                    "Must either specify " + field + " or use another ShardIteratorType than " + type + ".");
        }
        return value;
    }

    private Reply getRecords(Parameters in) {
        String iterator = Constraint.length("shardIterator", in.requiredText("ShardIterator"), 1, 512);
        int limit = in.integer("Limit", MAX_READ_RECORDS, 1, MAX_READ_RECORDS);
        return new Records(kinesis.read(iterator, limit));
    }

    /** The reply that may be large. */
    record Records(ReadResult read) implements Reply {
        @Override
        public void write(WireWriter out) throws IOException {
            out.objects(
                            "Records",
                            read.records(),
                            record -> out.text("SequenceNumber", record.sequenceNumber())
                                    .timestamp(
                                            "ApproximateArrivalTimestamp",
                                            record.approximateArrival().toEpochMilli())
                                    .bytes("Data", record.data())
                                    .text("PartitionKey", record.partitionKey()))
                    .text("NextShardIterator", read.nextIterator())
                    .number("MillisBehindLatest", read.millisBehindLatest());
            if (!read.childShards().isEmpty()) {
                out.objects("ChildShards", read.childShards(), shard -> ShardActions.writeChild(out, shard));
            }
        }
    }
}
