package dev.millrace.engine;

/** State is that of another pipeline, or of one that has changed in a way its state cannot follow; it is left as it is. */
public final class OtherPipelineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OtherPipelineException(String message) {
        super(message);
    }
}
