package dev.millrace.local.cli;

import org.jspecify.annotations.Nullable;

/** A command that cannot do what it was asked to: the message is one paragraph for the person who typed it. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    CommandFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    CommandFailure(String message) {
        super(message);
    }
}
