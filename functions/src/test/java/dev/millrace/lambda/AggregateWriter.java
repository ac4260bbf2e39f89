package dev.millrace.lambda;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes aggregated records by the format's description; shares nothing with the reader. */
final class AggregateWriter {
    private final List<String> partitionKeys = new ArrayList<>();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();

    /** Adds a user record, and its partition key to the table where it is new. */
    AggregateWriter add(String partitionKey, byte[] data) {
        int index = partitionKeys.indexOf(partitionKey);
        if (index < 0) {
            index = partitionKeys.size();
            partitionKeys.add(partitionKey);
            partitionKeyEntry(partitionKey);
        }
        return rawRecord((long) index, null, data);
    }

    AggregateWriter partitionKeyEntry(String partitionKey) {
        delimited(message, 1, partitionKey.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    AggregateWriter explicitHashKeyEntry(String key) {
        delimited(message, 2, key.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    AggregateWriter rawRecord(@Nullable Long partitionKey, @Nullable Long explicitHashKey, byte @Nullable [] data) {
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        if (partitionKey != null) {
            varint(inner, 1 << 3);
            varint(inner, partitionKey);
        }
        if (explicitHashKey != null) {
            varint(inner, 2 << 3);
            varint(inner, explicitHashKey);
        }
        if (data != null) {
            delimited(inner, 3, data);
        }
        delimited(message, 3, inner.toByteArray());
        return this;
    }

    AggregateWriter rawBytes(int... bytes) {
        for (int b : bytes) {
            message.write(b);
        }
        return this;
    }

    byte[] toBytes() {
        return seal(message.toByteArray());
    }

    /** Puts magic before a message and its checksum after it. */
    static byte[] seal(byte[] message) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (int magic : new int[] {0xF3, 0x89, 0x9A, 0xC2}) {
            whole.write(magic);
        }
        whole.writeBytes(message);
        try {
            whole.writeBytes(MessageDigest.getInstance("MD5").digest(message));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
        return whole.toByteArray();
    }

    private static void delimited(ByteArrayOutputStream out, int field, byte[] value) {
        varint(out, field << 3 | 2);
        varint(out, value.length);
        out.writeBytes(value);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
