package dev.millrace.local.runner;

/** A data directory holds the state of a pipeline as it read another source. The message says what to do. */
public final class OtherSourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OtherSourceException(String message) {
        super(message);
    }
}
