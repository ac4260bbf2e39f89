package dev.millrace.local.compare;

/** Something could not be measured, or came out wrong; the message says what. */
public final class ComparisonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ComparisonException(String message) {
        super(message);
    }
}
