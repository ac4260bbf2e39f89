package dev.millrace.engine;

/**
 * A result that cannot be made or sent on, in a pipeline whose policy is to fail. No record is to blame, so the partition
 * waits, retrying, until the pipeline is mended. The message names operator, key and window.
 */
public final class FiringFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    FiringFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
