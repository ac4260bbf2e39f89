package dev.millrace.engine;

import dev.millrace.TableRows;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is known of the value that is under way. One object serves all values of a task, one after another. */
final class Context {
    private @Nullable SourceRecord record;
    private long eventTimeMillis;
    private boolean retraction;
    private long windowStartMillis = Progress.NO_TIME;

    void record(SourceRecord next, long timeMillis) {
        record = next;
        eventTimeMillis = timeMillis;
        retraction = false;
        windowStartMillis = Progress.NO_TIME;
    }

    /**
     * A result is under way: its time is its window's last millisecond.
     *
     * @param startMillis its window's start, or {@link Progress#NO_TIME} where it has no window
     */
    void result(long startMillis, long timeMillis, boolean isRetraction) {
        windowStartMillis = startMillis;
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

    /** Whether the value comes of a window, and if so, whether rows of it are wanted; true where there is no window. */
    boolean isOf(TableRows rows) {
        return windowStartMillis == Progress.NO_TIME || rows.has(windowStartMillis, eventTimeMillis + 1);
    }

    /** Whether the value takes back a result that was sent before. */
    boolean isRetraction() {
        return retraction;
    }
}
