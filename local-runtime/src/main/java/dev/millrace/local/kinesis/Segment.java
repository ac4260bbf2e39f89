package dev.millrace.local.kinesis;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A run of consecutive records of a shard, as bytes in {@link Frame} form. Only the newest segment of a shard is appended
 * to, by one thread at a time; any number of threads may read meanwhile, up to {@link #length()}.
 */
abstract sealed class Segment permits FileSegment, HeapSegment {
    private final long baseOrdinal;
    private volatile int length;
    /** Arrival of the newest record; Long.MIN_VALUE while there is none. */
    private volatile long lastArrivalMillis = Long.MIN_VALUE;

    Segment(long baseOrdinal) {
        this.baseOrdinal = baseOrdinal;
    }

    /** Ordinal of the first record, or of the one to come. */
    final long baseOrdinal() {
        return baseOrdinal;
    }

    /** Bytes of whole frames. */
    final int length() {
        return length;
    }

    final void setLength(int bytes) {
        length = bytes;
    }

    /** Arrival of the newest record, milliseconds since 1970; Long.MIN_VALUE if there is none. */
    long lastArrivalMillis() throws IOException {
        return lastArrivalMillis;
    }

    final void setLastArrivalMillis(long arrivalMillis) {
        lastArrivalMillis = arrivalMillis;
    }

    /**
     * Appends the buffer's bytes from position to limit, wholly or (if it throws) not at all. They become readable only
     * once the caller has called {@link #setLength}.
     */
    abstract void append(ByteBuffer frames) throws IOException;

    /** The bytes at that offset, at most that many; fewer at the end of the segment. */
    abstract ByteBuffer read(int offset, int maxBytes) throws IOException;

    /** Where its records are. */
    abstract SparseIndex index() throws IOException;

    /** No more appends will come. */
    abstract void seal() throws IOException;

    /** Removes the segment for good. Reads in progress either complete or fail with an IOException. */
    abstract void delete() throws IOException;
}
