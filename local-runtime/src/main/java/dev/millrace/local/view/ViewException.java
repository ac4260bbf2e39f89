package dev.millrace.local.view;

import org.jspecify.annotations.Nullable;

/** The page cannot be served. The message says why, and what to do. */
public final class ViewException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ViewException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
