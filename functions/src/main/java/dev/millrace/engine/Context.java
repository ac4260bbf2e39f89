package dev.millrace.engine;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is known of the value that is under way. One object serves all values of a task, one after another. */
final class Context {
    private @Nullable SourceRecord record;
    private long eventTimeMillis;
    private boolean retraction;

    void record(SourceRecord next, long timeMillis) {
        record = next;
        eventTimeMillis = timeMillis;
        retraction = false;
    }

    /** A result is under way: its time is its window's last millisecond. */
    void result(long timeMillis, boolean isRetraction) {
        eventTimeMillis = timeMillis;
        retraction = isRetraction;
    }

    /** The record of the source that is being applied. */
    SourceRecord record() {
        return Objects.requireNonNull(record, "no record is being applied");
    }

    long eventTimeMillis() {
        return eventTimeMillis;
    }

    /** Whether the value takes back a result that was sent before. */
    boolean isRetraction() {
        return retraction;
    }
}
