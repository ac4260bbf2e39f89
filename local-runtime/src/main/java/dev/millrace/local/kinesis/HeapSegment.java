package dev.millrace.local.kinesis;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A segment in an array on the heap, for a stream without a data directory. */
final class HeapSegment extends Segment {
    private static final int INITIAL_BYTES = 4 * 1024;

    private final SparseIndex index = new SparseIndex();
    private final MemoryBudget budget;
    private volatile byte[] bytes = new byte[INITIAL_BYTES];

    HeapSegment(long baseOrdinal, MemoryBudget budget) {
        super(baseOrdinal);
        this.budget = budget;
    }

    @Override
    void append(ByteBuffer frames) {
        int needed = length() + frames.remaining();
        byte[] target = bytes;
        if (needed > target.length) {
            // Readers keep the old array, which holds all that they may read.
            target = Arrays.copyOf(target, Math.max(needed, 2 * target.length));
        }
        frames.get(target, length(), frames.remaining());
        bytes = target;
    }

    @Override
    ByteBuffer read(int offset, int maxBytes) {
        int count = Math.min(length() - offset, maxBytes);
        return ByteBuffer.wrap(bytes).slice(offset, count).asReadOnlyBuffer();
    }

    @Override
    SparseIndex index() {
        return index;
    }

    @Override
    void seal() {
        bytes = Arrays.copyOf(bytes, length());
    }

    @Override
    void delete() {
        budget.release(length());
    }
}
