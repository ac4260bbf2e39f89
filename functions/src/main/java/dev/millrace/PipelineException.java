package dev.millrace;

/** A pipeline that cannot be: the message says what is wrong with it and what to do. */
public final class PipelineException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public PipelineException(String message) {
        super(message);
    }
}
