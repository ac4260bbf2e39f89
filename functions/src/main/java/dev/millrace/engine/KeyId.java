package dev.millrace.engine;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a piece of state is stored under: an operator's stable name, and a key in its encoded form. An operator's state
 * that belongs to no key has an empty key and {@link #keyless} set.
 */
public final class KeyId implements Comparable<KeyId> {
    private static final byte[] NO_KEY = {};

    private final String operator;
    private final byte[] key;
    private final boolean keyless;
    private final int hash;
    private final long bucketHash;

    private KeyId(String operator, byte[] key, boolean keyless) {
        this.operator = operator;
        this.key = key;
        this.keyless = keyless;
        this.hash = 31 * Arrays.hashCode(key) + operator.hashCode() + (keyless ? 1 : 0);
        this.bucketHash = bucketHash(key);
    }

    /** State of a key. The array is kept and must not be changed afterwards. */
    public static KeyId of(String operator, byte[] key) {
        return new KeyId(operator, key, false);
    }

    /** State of an operator that belongs to none of its keys. */
    public static KeyId keyless(String operator) {
        return new KeyId(operator, NO_KEY, true);
    }

    public String operator() {
        return operator;
    }

    /** The encoded key; not to be changed. */
    public byte[] key() {
        return key;
    }

    public boolean isKeyless() {
        return keyless;
    }

    /**
     * The bucket this state lies in, of {@code buckets} buckets for keys (0 to {@code buckets} - 1) and one more, numbered
     * {@code buckets}, for what belongs to no key. It depends on the key alone, and is part of the stored format: 64-bit
     * FNV-1a, then the finalizer of MurmurHash3 (both in the public domain), so that short keys spread evenly.
     */
    public int bucket(int buckets) {
        return keyless ? buckets : (int) Long.remainderUnsigned(bucketHash, buckets);
    }

    private static long bucketHash(byte[] key) {
        long h = 0xcbf29ce484222325L;
        for (byte b : key) {
            h = (h ^ (b & 0xff)) * 0x100000001b3L;
        }
        h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }

    @Override
    public int compareTo(KeyId other) {
        // Mostly the same instance, for which equals is quick and compareTo is not.
        int order = operator.equals(other.operator) ? 0 : operator.compareTo(other.operator);
        if (order == 0 && keyless != other.keyless) {
            order = keyless ? -1 : 1;
        }
        return order != 0 ? order : Arrays.compareUnsigned(key, other.key);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof KeyId that
                        && hash == that.hash
                        && keyless == that.keyless
                        && operator.equals(that.operator)
                        && Arrays.equals(key, that.key));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return keyless ? operator : operator + "[" + new String(key, StandardCharsets.UTF_8) + "]";
    }
}
