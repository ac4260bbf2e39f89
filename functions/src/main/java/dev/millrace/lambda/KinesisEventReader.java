package dev.millrace.lambda;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import dev.millrace.driver.BatchItem;
import dev.millrace.engine.Position;
import dev.millrace.engine.Reason;
import dev.millrace.engine.RecordFailure;
import dev.millrace.engine.SourceRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

/** Reads Kinesis events as Lambda delivers them. */
final class KinesisEventReader {
    private KinesisEventReader() {}

    /**
     * The shard that a batch comes from.
     *
     * @throws IllegalArgumentException if the event is none of an event source mapping's: those have records of one shard
     */
    static String shardOf(KinesisEvent event) {
        String shard = shardOf(event.getRecords().get(0));
        for (KinesisEvent.KinesisEventRecord record : event.getRecords()) {
            if (!shardOf(record).equals(shard)) {
                throw new IllegalArgumentException("the event has records of " + shard + " and of " + shardOf(record)
                        + "; an event source mapping delivers those of one shard at a time");
            }
        }
        return shard;
    }

    /** An event's id is the shard's, a colon, and the sequence number. */
    private static String shardOf(KinesisEvent.KinesisEventRecord record) {
        String id = record.getEventID();
        int colon = id == null ? -1 : id.indexOf(':');
        if (id == null || colon < 1) {
            throw new IllegalArgumentException("the event's record has the id '" + id
                    + "', which does not begin with a shard's, as ids of Kinesis events do");
        }
        return id.substring(0, colon);
    }

    /** The event's records in their order, aggregated ones unpacked. */
    static List<BatchItem> items(KinesisEvent event) {
        List<BatchItem> items = new ArrayList<>(event.getRecords().size());
        for (KinesisEvent.KinesisEventRecord record : event.getRecords()) {
            addItems(record.getKinesis(), items);
        }
        return items;
    }

    /** The event's records in their order, as they are. */
    static List<SourceRecord> records(KinesisEvent event) {
        return event.getRecords().stream()
                .map(record -> whole(record.getKinesis()))
                .toList();
    }

    private static SourceRecord whole(KinesisEvent.Record record) {
        Date arrival = record.getApproximateArrivalTimestamp();
        if (arrival == null) {
            throw new IllegalArgumentException("record " + record.getSequenceNumber() + " has no arrival timestamp");
        }
        return sourceRecord(record.getPartitionKey(), bytes(record.getData()), record, 0, false);
    }

    private static void addItems(KinesisEvent.Record record, List<BatchItem> items) {
        SourceRecord whole = whole(record);
        AggregatedRecords.Unpacked unpacked;
        try {
            unpacked = AggregatedRecords.unpack(whole.data(), record.getPartitionKey());
        } catch (CorruptedAggregateException e) {
            String message = String.valueOf(e.getMessage());
            items.add(BatchItem.failed(whole, RecordFailure.untimed(Reason.UNDECODABLE, message, e)));
            return;
        }
        List<UserRecord> records = unpacked.records();
        if (records.isEmpty()) {
            items.add(BatchItem.empty(whole));
        }
        for (int i = 0; i < records.size(); i++) {
            UserRecord user = records.get(i);
            boolean moreFollow = i + 1 < records.size();
            items.add(BatchItem.of(
                    sourceRecord(user.partitionKey(), user.data(), record, user.subSequenceNumber(), moreFollow)));
        }
    }

    private static SourceRecord sourceRecord(
            String partitionKey, byte[] data, KinesisEvent.Record record, long subSequenceNumber, boolean moreFollow) {
        Position position = new Position(record.getSequenceNumber(), subSequenceNumber, moreFollow);
        return new SourceRecord(
                partitionKey,
                data,
                position,
                record.getApproximateArrivalTimestamp().toInstant().toEpochMilli());
    }

    private static byte[] bytes(ByteBuffer data) {
        if (data.hasArray() && data.arrayOffset() == 0 && data.array().length == data.remaining()) {
            return data.array();
        }
        byte[] bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        return bytes;
    }
}
