package dev.millrace.local.runner;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How often what a pipeline reads counts, whatever crashes. */
public enum Guarantee {
    /** Each record once, and each result once for readers that go by keys and ids. Results leave when they are committed. */
    EXACTLY_ONCE,
    /** Each record once or more; results leave at once. What was not committed is read again after a crash, and counts again. */
    AT_LEAST_ONCE,
    /**
     * Each record once or not at all, and each result leaves once or not at all: after its commit, and never again. A sink that is
     * down holds nothing up.
     */
    AT_MOST_ONCE;

    /** As a user writes it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws IllegalArgumentException if it is none; the message has all there are */
    public static Guarantee of(String text) {
        return Arrays.stream(values())
                .filter(guarantee -> guarantee.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is no guarantee; there are "
                        + Arrays.stream(values()).map(Guarantee::toString).collect(Collectors.joining(", "))));
    }
}
