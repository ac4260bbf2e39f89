package dev.millrace.state;

import java.math.BigInteger;

/**
 * A watermark that one part of a partition's hash range has reached before the partition as a whole.
 *
 * @param firstHash the smallest routing hash of the part, from 0
 * @param lastHash the largest routing hash of the part, inclusive, below 2<sup>128</sup>
 * @param watermark in epoch milliseconds
 */
public record Floor(BigInteger firstHash, BigInteger lastHash, long watermark) {
    static final int HASH_BITS = 128;

    public Floor {
        if (firstHash.signum() < 0 || firstHash.compareTo(lastHash) > 0 || lastHash.bitLength() > HASH_BITS) {
            throw new IllegalArgumentException("not a range of routing hashes: " + firstHash + " to " + lastHash);
        }
    }
}
