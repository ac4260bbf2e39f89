package dev.millrace.local.source;

import org.jspecify.annotations.Nullable;

/** A stream's shards, or a shard's records, cannot be read. */
public final class StreamReadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What can be done about it. */
    public enum Kind {
        /** The iterator is too old: another one would do. */
        EXPIRED_ITERATOR,
        /** There is no such shard, or no such place in it: as where the stream was deleted and made again. */
        NO_SUCH_POSITION,
        /** Nothing but to try again later. */
        UNAVAILABLE,
        /** Nothing, as long as what is to be read stays as it is: the message says what to change. */
        INVALID
    }

    private final Kind kind;

    /** @param cause its message is this one's */
    public StreamReadException(RuntimeException cause, Kind kind) {
        super(cause.getMessage(), cause);
        this.kind = kind;
    }

    /** @param message what was wrong, where, and what to do */
    public StreamReadException(String message, @Nullable Throwable cause, Kind kind) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
