package dev.millrace.lambda;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import dev.millrace.driver.BatchItem;
import dev.millrace.engine.Position;
import dev.millrace.engine.SourceRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads Kinesis events as Lambda delivers them. */
final class KinesisEventReader {
    private KinesisEventReader() {}

    /**
     * The shard that a batch comes from.
     *
     * @throws IllegalArgumentException if the event is none of an event source mapping's: those have whole records, all of
     *     one shard
     */
    static String shardOf(KinesisEvent event) {
        event.getRecords().forEach(KinesisEventReader::requireWhole);
        String shard = shardOf(event.getRecords().get(0));
        for (KinesisEvent.KinesisEventRecord record : event.getRecords()) {
            if (!shardOf(record).equals(shard)) {
                throw new IllegalArgumentException("the event has records of " + shard + " and of " + shardOf(record)
                        + "; an event source mapping delivers those of one shard at a time");
            }
        }
        return shard;
    }

    private static void requireWhole(KinesisEvent.@Nullable KinesisEventRecord record) {
        KinesisEvent.Record kinesis = record == null ? null : record.getKinesis();
        if (kinesis == null) {
            throw new IllegalArgumentException(
                    "the event has a record without a field 'kinesis'; is it a Kinesis event?");
        }
        String sequenceNumber = kinesis.getSequenceNumber();
        if (sequenceNumber == null || !isDecimal(sequenceNumber)) {
            throw new IllegalArgumentException(
                    "the event has a record whose sequence number is '" + sequenceNumber + "', not a decimal number");
        }
        require(kinesis.getData(), "data", sequenceNumber);
        require(kinesis.getPartitionKey(), "partition key", sequenceNumber);
        require(kinesis.getApproximateArrivalTimestamp(), "arrival timestamp", sequenceNumber);
    }

    private static void require(@Nullable Object value, String what, String sequenceNumber) {
        if (value == null) {
            throw new IllegalArgumentException("record " + sequenceNumber + " of the event has no " + what);
        }
    }

    private static boolean isDecimal(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty();
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

    /** The records of an event whose shard is known, in their order, aggregated ones unpacked. */
    static List<BatchItem> items(KinesisEvent event) {
        List<BatchItem> items = new ArrayList<>(event.getRecords().size());
        for (KinesisEvent.KinesisEventRecord record : event.getRecords()) {
            KinesisRecords.unpack(whole(record.getKinesis()), items);
        }
        return items;
    }

    /** The records of an event whose shard is known, in their order, as they are. */
    static List<SourceRecord> records(KinesisEvent event) {
        return event.getRecords().stream()
                .map(record -> whole(record.getKinesis()))
                .toList();
    }

    private static SourceRecord whole(KinesisEvent.Record record) {
        return new SourceRecord(
                record.getPartitionKey(),
                bytes(record.getData()),
                new Position(record.getSequenceNumber(), 0, false),
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
