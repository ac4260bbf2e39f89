package dev.millrace.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What is known of the buckets' stamps (B2). Knowledge only lags behind: stamps never fall, so whatever was once true is a lower
 * bound for ever.
 */
final class Cover {
    private final long[] stamps;
    private final BitSet untold = new BitSet();

    Cover(int buckets, long startNumber) {
        stamps = new long[buckets];
        Arrays.fill(stamps, startNumber);
    }

    /** A bucket's stamp, at least. */
    long stamp(int bucket) {
        return stamps[bucket];
    }

    long smallest() {
        return Arrays.stream(stamps).min().orElseThrow();
    }

    long largest() {
        return Arrays.stream(stamps).max().orElseThrow();
    }

    /** Takes note of a stamp that was read, or that an entry told. */
    void learn(BucketStamp landed) {
        stamps[landed.bucket()] = Math.max(stamps[landed.bucket()], landed.stamp());
    }

    /** Takes note of a stamp that the next entry is to tell the others. */
    void learnAndTell(BucketStamp landed) {
        learn(landed);
        untold.set(landed.bucket());
    }

    /** What the next entry is to tell. */
    List<BucketStamp> untold() {
        List<BucketStamp> stampsToTell = new ArrayList<>();
        untold.stream().forEach(bucket -> stampsToTell.add(new BucketStamp(bucket, stamps[bucket])));
        return stampsToTell;
    }

    /** An entry has told these; what was learned since is still to be told. */
    void told(List<BucketStamp> landed) {
        landed.stream()
                .filter(told -> told.stamp() >= stamps[told.bucket()])
                .forEach(told -> untold.clear(told.bucket()));
    }

    /** The buckets that a load would need entry {@code number} for. */
    List<Integer> needing(long number) {
        return IntStream.range(0, stamps.length)
                .filter(bucket -> stamps[bucket] <= number)
                .boxed()
                .toList();
    }
}
