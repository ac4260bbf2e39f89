package dev.millrace.local.kinesis;

import java.util.Arrays;

/**
 * Where in a segment some of its records are: about one in every 64 KiB, so that a lookup scans no more than that.
 *
 * <p>Thread-safe; the appending thread adds while others look up.
 */
final class SparseIndex {
    private static final int SPACING_BYTES = 64 * 1024;

    private long[] ordinals = new long[4];
    private long[] arrivals = new long[4];
    private int[] offsets = new int[4];
    private int size;

    /** Notes a record if it lies far enough from the last one noted. Offsets must come in ascending order. */
    synchronized void offer(long ordinal, long arrivalMillis, int offset) {
        if (size > 0 && offset - offsets[size - 1] < SPACING_BYTES) {
            return;
        }
        if (size == offsets.length) {
            ordinals = Arrays.copyOf(ordinals, 2 * size);
            arrivals = Arrays.copyOf(arrivals, 2 * size);
            offsets = Arrays.copyOf(offsets, 2 * size);
        }
        ordinals[size] = ordinal;
        arrivals[size] = arrivalMillis;
        offsets[size] = offset;
        size++;
    }

    /** Offset of a record at or before the first one with that ordinal or a larger one; 0 if there is none. */
    synchronized int floorByOrdinal(long ordinal) {
        int found = Arrays.binarySearch(ordinals, 0, size, ordinal);
        int at = found >= 0 ? found : -found - 2;
        return at < 0 ? 0 : offsets[at];
    }

    /** Offset of a record at or before the first one that arrived then or later; 0 if there is none. */
    synchronized int floorByArrival(long arrivalMillis) {
        int low = 0;
        for (int high = size; low < high; ) {
            int middle = (low + high) >>> 1;
            if (arrivals[middle] < arrivalMillis) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? 0 : offsets[low - 1];
    }

    /** Forgets the records at that offset and beyond. */
    synchronized void truncate(int offset) {
        while (size > 0 && offsets[size - 1] >= offset) {
            size--;
        }
    }
}
