package dev.millrace.state;

import java.util.function.IntToLongFunction;

/**
 * B1: which buckets an entry makes due. All buckets, once every half ring, so that a load always finds the entries that it
 * needs; and one more for each bucket's worth of entries, so that what it must read is not much more than the state.
 */
final class Rotation {
    /** A bucket smaller than this still counts as this much, so that rounding up to write units costs little. */
    static final long SMALLEST_WORTH_BYTES = 4096;

    /** The most buckets that entries' bytes make due at once. Pure credit once let 246 fall due after one entry. */
    static final int MOST_FOR_BYTES = 8;

    private Rotation() {}

    /**
     * The turn of entry {@code number}.
     *
     * @param last the turn of the entry before
     * @param lastBytes the size of the entry before
     * @param bucketBytes about what a bucket takes in the table
     */
    static BucketTurn next(BucketTurn last, int lastBytes, long number, Header header, IntToLongFunction bucketBytes) {
        int all = header.allBuckets();
        int first = (last.first() + last.due()) % all;
        int due = dueByNumber(number, header);
        long credit = last.credit() + lastBytes;
        for (int forBytes = 0; forBytes < MOST_FOR_BYTES; forBytes++) {
            long worth = Math.max(SMALLEST_WORTH_BYTES, bucketBytes.applyAsLong((first + due) % all));
            if (credit < worth) {
                break;
            }
            credit -= worth;
            due++;
        }
        // More credit than a rotation of small buckets is worth would only be a longer queue.
        return new BucketTurn(first, Math.min(due, all), Math.min(credit, all * SMALLEST_WORTH_BYTES));
    }

    /** The most buckets that one entry makes due. */
    static int most(Header header) {
        int byNumber = (2 * header.allBuckets() + header.ringSlots() - 1) / header.ringSlots();
        return Math.min(byNumber + MOST_FOR_BYTES, header.allBuckets());
    }

    private static int dueByNumber(long number, Header header) {
        long age = number - header.startNumber();
        long perLap = 2L * header.allBuckets();
        return (int) (age * perLap / header.ringSlots() - (age - 1) * perLap / header.ringSlots());
    }
}
