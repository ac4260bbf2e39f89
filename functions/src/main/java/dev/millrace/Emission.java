package dev.millrace;

import java.time.Duration;

/**
 * When an aggregation's results go downstream. Final results are the same whichever is chosen; interim ones depend on how
 * records were batched, and each costs a write at the sink.
 */
public sealed interface Emission {
    /** One final result for each key and window, when the watermark passes its end, and for each late record allowed. */
    static Emission onClose() {
        return new OnClose();
    }

    /** Also, after each commit, the current result of each key and window that has changed. */
    static Emission onUpdate() {
        return new OnUpdate();
    }

    /**
     * As {@link #onUpdate}, but at most this often for each key, judged by the time at which records arrive.
     *
     * @param interval positive
     */
    static Emission every(Duration interval) {
        return new Every(interval);
    }

    /** See {@link Emission#onClose}. */
    record OnClose() implements Emission {}

    /** See {@link Emission#onUpdate}. */
    record OnUpdate() implements Emission {}

    /** See {@link Emission#every}. */
    record Every(Duration interval) implements Emission {
        public Every {
            if (interval.toMillis() <= 0) {
                throw new IllegalArgumentException("the interval must be at least a millisecond, and is " + interval);
            }
        }
    }
}
