package dev.millrace.state;

import java.util.stream.IntStream;

/**
 * Which buckets are to be written after an entry (B1). It travels in the entries, so that writers who alternate neither repeat
 * nor skip a bucket.
 *
 * @param first the first bucket to write
 * @param due how many to write, from {@code first} on and round
 * @param credit bytes of entries, before this one, that no bucket has been written for yet
 */
public record BucketTurn(int first, int due, long credit) {
    static final BucketTurn START = new BucketTurn(0, 0, 0);

    /** The buckets to write, of {@code buckets} in all. */
    IntStream buckets(int buckets) {
        return IntStream.range(first, first + due).map(bucket -> bucket % buckets);
    }
}
