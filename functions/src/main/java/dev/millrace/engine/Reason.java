package dev.millrace.engine;

/** Why a record is not processed as others are. */
public enum Reason {
    LATE("late"),
    UNDECODABLE("undecodable"),
    NO_EVENT_TIME("no-event-time"),
    FUTURE_EVENT_TIME("future-event-time"),
    NULL_KEY("null-key"),
    KEY_MISMATCH("key-mismatch"),
    PROCESSING_FAILED("processing-failed");

    private final String text;

    Reason(String text) {
        this.text = text;
    }

    /** As dead letters and metrics name it. */
    public String text() {
        return text;
    }
}
