package dev.millrace;

import org.jspecify.annotations.Nullable;

/**
 * What an aggregation has to say about a key, and a window where there is one.
 *
 * @param key the key
 * @param windowOrNull the window, or null for a running aggregation; see {@link #window()}
 * @param value the aggregation's result
 * @param isFinal whether the watermark has passed the window's end. Another final result follows only where records
 *     arrive later, within the allowed lateness. A running aggregation's results are never final
 */
public record Result<K, R>(K key, @Nullable Window windowOrNull, R value, boolean isFinal) {
    /**
     * The window.
     *
     * @throws IllegalStateException for a running aggregation, which has none
     */
    public Window window() {
        if (windowOrNull == null) {
            throw new IllegalStateException("a running aggregation's result has no window");
        }
        return windowOrNull;
    }
}
