package dev.millrace.local.mapping;

/** A stream's shards, or a shard's records, cannot be read. */
public final class StreamReadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean isExpired;

    /** @param isExpired whether it is the iterator's age: another one would do */
    StreamReadException(RuntimeException cause, boolean isExpired) {
        super(cause.getMessage(), cause);
        this.isExpired = isExpired;
    }

    boolean isExpired() {
        return isExpired;
    }
}
