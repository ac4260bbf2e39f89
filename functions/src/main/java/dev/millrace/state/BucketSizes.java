package dev.millrace.state;

import dev.millrace.engine.CellChange;

/**
 * How large the buckets are in the table, without compressing them each time: the size as last measured, and what has been
 * changed since.
 */
final class BucketSizes {
    /** More than a cell's lengths and namespace take. */
    private static final int CELL_OVERHEAD = 24;

    private final long[] measured;
    private final long[] contentThen;
    private final long[] changedSince;

    BucketSizes(int buckets) {
        measured = new long[buckets];
        contentThen = new long[buckets];
        changedSince = new long[buckets];
    }

    /** Takes note of an item's size in bytes, of a bucket with this much content. */
    void measured(int bucket, int itemBytes, long contentBytes) {
        measured[bucket] = itemBytes;
        contentThen[bucket] = contentBytes;
        changedSince[bucket] = 0;
    }

    void changed(int bucket, CellChange change) {
        changedSince[bucket] += cost(change);
    }

    /** The most that the item can have grown to, in bytes. */
    long bound(int bucket) {
        return measured[bucket] + changedSince[bucket];
    }

    /** About what the item would take now, in bytes: as last measured, in proportion to the content. */
    long estimate(int bucket, long contentBytes) {
        return contentThen[bucket] == 0 ? contentBytes : measured[bucket] * contentBytes / contentThen[bucket];
    }

    /** The most that a change can add to an item, in bytes. */
    static long cost(CellChange change) {
        byte[] value = change.value();
        long content = (long) change.id().operator().length() + change.id().key().length;
        return CELL_OVERHEAD + content + (value == null ? 0 : value.length);
    }
}
