package dev.millrace.sink;

import org.jspecify.annotations.Nullable;

/** An outbox that could not be emitted: the message says which sink refused what, and what to do. */
public final class EmissionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public EmissionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public EmissionException(String message) {
        super(message);
    }
}
