package dev.millrace.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.kinesis.StreamRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

/** Makes the events that Lambda gets of a stream. */
public final class KinesisEvents {
    private static final String REGION = "us-east-1";
    /** What a record takes in an event beside its data and partition key, in JSON, generously. */
    private static final int ENVELOPE_BYTES = 700;

    private KinesisEvents() {}

    /** How much of an invocation's payload a record takes, in bytes: its data is in Base64 there. */
    static int payloadBytes(StreamRecord record) {
        return (record.data().remaining() + 2) / 3 * 4 + record.partitionKey().length() + ENVELOPE_BYTES;
    }

    /**
     * The event of a batch.
     *
     * @param records of that shard, in their order; their data are copied
     */
    public static KinesisEvent of(String stream, String shardId, List<StreamRecord> records) {
        List<KinesisEvent.KinesisEventRecord> eventRecords = new ArrayList<>(records.size());
        for (StreamRecord record : records) {
            eventRecords.add(eventRecord(stream, shardId, record));
        }
        KinesisEvent event = new KinesisEvent();
        event.setRecords(eventRecords);
        return event;
    }

    @SuppressWarnings("JavaUtilDate") // The event library's own type.
    private static KinesisEvent.KinesisEventRecord eventRecord(String stream, String shardId, StreamRecord record) {
        byte[] data = new byte[record.data().remaining()];
        record.data().duplicate().get(data);
        KinesisEvent.Record kinesis = new KinesisEvent.Record();
        kinesis.setKinesisSchemaVersion("1.0");
        kinesis.setPartitionKey(record.partitionKey());
        kinesis.setSequenceNumber(record.sequenceNumber());
        kinesis.setData(ByteBuffer.wrap(data));
        kinesis.setApproximateArrivalTimestamp(Date.from(record.approximateArrival()));
        KinesisEvent.KinesisEventRecord eventRecord = new KinesisEvent.KinesisEventRecord();
        eventRecord.setKinesis(kinesis);
        eventRecord.setEventID(shardId + ":" + record.sequenceNumber());
        eventRecord.setEventName("aws:kinesis:record");
        eventRecord.setEventSource("aws:kinesis");
        eventRecord.setEventVersion("1.0");
        eventRecord.setInvokeIdentityArn("arn:aws:iam::" + EmbeddedKinesis.ACCOUNT_ID + ":role/millrace");
        eventRecord.setAwsRegion(REGION);
        eventRecord.setEventSourceARN(
                "arn:aws:kinesis:" + REGION + ":" + EmbeddedKinesis.ACCOUNT_ID + ":stream/" + stream);
        return eventRecord;
    }
}
