package dev.millrace.engine;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What decides which shard a key belongs to: the MD5 of the encoded key as an unsigned number, big endian, as Kinesis has it for
 * a partition key in UTF-8 (<a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html">PutRecord</a>).
 */
public final class RoutingHash {
    private static final int POSITIVE = 1;

    private RoutingHash() {}

    public static BigInteger of(byte[] key) {
        try {
            return new BigInteger(POSITIVE, MessageDigest.getInstance("MD5").digest(key));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    public static BigInteger of(String partitionKey) {
        return of(partitionKey.getBytes(StandardCharsets.UTF_8));
    }
}
