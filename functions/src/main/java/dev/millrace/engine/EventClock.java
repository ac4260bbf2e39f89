package dev.millrace.engine;

import dev.millrace.EventTime;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Gives records their event time, and says what watermark it brings. All times are in epoch milliseconds. */
final class EventClock {
    /** Times further from 1970 than this, some 30,000 years, are no times of events, and would overflow as windows. */
    private static final long MAX_MILLIS = 1_000_000_000_000_000L;

    private final EventTime<Object> eventTime;

    EventClock(EventTime<Object> eventTime) {
        this.eventTime = eventTime;
    }

    boolean isProcessingTime() {
        return eventTime instanceof EventTime.Processing;
    }

    /**
     * A record's event time.
     *
     * @param processingMillis the time at which it is processed
     * @param watermarkMillis the watermark as it arrives
     * @throws RecordFailure if it has none, or one too far ahead (T2)
     */
    long timeOf(Object value, SourceRecord record, long processingMillis, long watermarkMillis) {
        if (eventTime instanceof EventTime.Extracted<Object> extracted) {
            return extracted(extracted, value, record);
        }
        long time = eventTime instanceof EventTime.Ingestion ? record.arrivalMillis() : processingMillis;
        return Math.max(time, watermarkMillis);
    }

    private static long extracted(EventTime.Extracted<Object> extracted, Object value, SourceRecord record) {
        long time;
        try {
            @Nullable Instant instant = extracted.timestamp().apply(value);
            if (instant == null) {
                throw RecordFailure.untimed(
                        Reason.NO_EVENT_TIME, "the record has no timestamp, or one that cannot be read", null);
            }
            time = instant.toEpochMilli();
        } catch (RecordFailure e) {
            throw e;
        } catch (RuntimeException e) {
            throw RecordFailure.untimed(Reason.NO_EVENT_TIME, "the record's timestamp cannot be read: " + e, e);
        }
        if (time > MAX_MILLIS || time < -MAX_MILLIS) {
            throw RecordFailure.untimed(Reason.NO_EVENT_TIME, "the record's timestamp is out of range", null);
        }
        if (time - record.arrivalMillis() > extracted.maxAhead().toMillis()) {
            throw RecordFailure.untimed(
                    Reason.FUTURE_EVENT_TIME,
                    "the event time " + Instant.ofEpochMilli(time) + " is more than " + extracted.maxAhead()
                            + " ahead of the record's arrival at " + Instant.ofEpochMilli(record.arrivalMillis()),
                    null);
        }
        return time;
    }

    /** The watermark that a record of an event time brings. */
    long watermark(long eventTimeMillis) {
        return eventTime instanceof EventTime.Extracted<Object> extracted
                ? eventTimeMillis - extracted.outOfOrderness().toMillis()
                : eventTimeMillis;
    }

    /** The largest event time so far, where the watermark is this. */
    long latest(long watermarkMillis) {
        return eventTime instanceof EventTime.Extracted<Object> extracted
                ? watermarkMillis + extracted.outOfOrderness().toMillis()
                : watermarkMillis;
    }
}
