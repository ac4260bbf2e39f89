package dev.millrace.lambda;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Events of texts such as {@code a,10}: a key, and the milliseconds after {@link #BASE} for an event time. */
final class Events {
    static final long BASE = 1_700_000_000_000L;
    static final String SHARD = "shardId-000000000006";

    private Events() {}

    /** A batch that is delivered more than once. */
    @FunctionalInterface
    interface Batch {
        KinesisEvent event();
    }

    @SuppressWarnings("JavaUtilDate") // What events have.
    private static Date date(long millis) {
        return new Date(millis);
    }

    /** Records with sequence numbers from {@code first} on, which arrive a second apart. */
    static KinesisEvent batch(int first, String... texts) {
        List<KinesisEvent.KinesisEventRecord> records = new ArrayList<>();
        for (int i = 0; i < texts.length; i++) {
            KinesisEvent.Record record = new KinesisEvent.Record();
            record.setSequenceNumber(Integer.toString(first + i));
            record.setPartitionKey(texts[i].split(",", 2)[0]);
            record.setData(ByteBuffer.wrap(texts[i].getBytes(StandardCharsets.UTF_8)));
            record.setApproximateArrivalTimestamp(date(BASE + 1_000L * (first + i)));
            KinesisEvent.KinesisEventRecord of = new KinesisEvent.KinesisEventRecord();
            of.setEventID(SHARD + ":" + record.getSequenceNumber());
            of.setKinesis(record);
            records.add(of);
        }
        KinesisEvent event = new KinesisEvent();
        event.setRecords(records);
        return event;
    }

    static KinesisEvent tick() {
        return new KinesisEvent();
    }

    static @Nullable Instant time(String text) {
        try {
            return Instant.ofEpochMilli(BASE + Long.parseLong(text.substring(text.indexOf(',') + 1)));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    static @Nullable String key(String text) {
        String key = text.split(",", 2)[0];
        return key.equals("null") ? null : key;
    }
}
