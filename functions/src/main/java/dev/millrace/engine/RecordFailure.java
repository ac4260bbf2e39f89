package dev.millrace.engine;

import org.jspecify.annotations.Nullable;

/** A record that cannot be processed: the driver follows the pipeline's error policy. The message is for a person. */
public final class RecordFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Reason reason;
    private final long eventTimeMillis;
    private final boolean needsRollback;

    private RecordFailure(
            Reason reason, String message, @Nullable Throwable cause, long eventTimeMillis, boolean needsRollback) {
        super(message, cause);
        this.reason = reason;
        this.eventTimeMillis = eventTimeMillis;
        this.needsRollback = needsRollback;
    }

    /** A record whose event time is not known, so that it does not move the watermark. */
    public static RecordFailure untimed(Reason reason, String message, @Nullable Throwable cause) {
        return new RecordFailure(reason, message, cause, Progress.NO_TIME, false);
    }

    static RecordFailure timed(Reason reason, String message, @Nullable Throwable cause, long eventTimeMillis) {
        return new RecordFailure(reason, message, cause, eventTimeMillis, false);
    }

    /** The same failure of a record that has left traces in the task. */
    RecordFailure needingRollback() {
        return new RecordFailure(reason, String.valueOf(getMessage()), getCause(), eventTimeMillis, true);
    }

    public Reason reason() {
        return reason;
    }

    /** The record's event time in epoch milliseconds, or {@link Progress#NO_TIME} where it is not known. */
    public long eventTimeMillis() {
        return eventTimeMillis;
    }

    /** Whether the task must be rolled back, and what came before the record since the last commit be applied again. */
    public boolean needsRollback() {
        return needsRollback;
    }
}
