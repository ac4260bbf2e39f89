package dev.millrace;

import java.time.Instant;

/**
 * A span of event time.
 *
 * @param start its start, inclusive
 * @param end its end, exclusive
 */
public record Window(Instant start, Instant end) {
    public Window {
        if (!start.isBefore(end)) {
            throw new IllegalArgumentException("a window's start " + start + " must be before its end " + end);
        }
    }
}
