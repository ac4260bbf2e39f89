package dev.millrace.engine;

import java.math.BigInteger;

/**
 * A span of routing hashes, such as a shard's.
 *
 * @param first the smallest, from 0
 * @param last the largest, inclusive, below 2<sup>128</sup>
 */
public record HashRange(BigInteger first, BigInteger last) {
    private static final int HASH_BITS = 128;

    /** All there are. */
    public static final HashRange ALL =
            new HashRange(BigInteger.ZERO, BigInteger.ONE.shiftLeft(HASH_BITS).subtract(BigInteger.ONE));

    public HashRange {
        if (first.signum() < 0 || first.compareTo(last) > 0 || last.bitLength() > HASH_BITS) {
            throw new IllegalArgumentException("not a range of routing hashes: " + first + " to " + last);
        }
    }

    public boolean contains(BigInteger hash) {
        return first.compareTo(hash) <= 0 && hash.compareTo(last) <= 0;
    }

    public boolean intersects(HashRange other) {
        return first.compareTo(other.last) <= 0 && other.first.compareTo(last) <= 0;
    }

    /** What two ranges that {@linkplain #intersects intersect} have in common. */
    public HashRange intersection(HashRange other) {
        return new HashRange(first.max(other.first), last.min(other.last));
    }
}
