package dev.millrace.state.dynamodb;

import java.time.Duration;

/** Waits before a request is repeated. Whoever drives the store knows how to wait; the store itself reads no clock. */
@FunctionalInterface
public interface Pauser {
    /** Returns after about this time. */
    void pause(Duration duration);
}
