package dev.millrace.state;

import org.jspecify.annotations.Nullable;

/**
 * The store did not answer, or not in time. Whether a write took place is unknown: catch up before anything else (L2).
 * Trying again is safe.
 */
public final class StateLogUnavailableException extends StateLogException {
    public StateLogUnavailableException(String message, @Nullable Throwable cause) {
        super(message);
        initCause(cause);
    }
}
