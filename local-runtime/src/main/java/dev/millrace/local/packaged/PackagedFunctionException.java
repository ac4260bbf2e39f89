package dev.millrace.local.packaged;

import org.jspecify.annotations.Nullable;

/** A jar that cannot be run as a function here: the message says why, and what to do. */
public final class PackagedFunctionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    PackagedFunctionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    PackagedFunctionException(String message) {
        super(message);
    }
}
