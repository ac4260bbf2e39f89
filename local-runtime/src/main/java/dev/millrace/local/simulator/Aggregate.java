package dev.millrace.local.simulator;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/** A record that several were put in, as the Kinesis Producer Library packs it. */
final class Aggregate {
    private static final byte[] MAGIC = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};
    private static final int PARTITION_KEY_TABLE = 1;
    private static final int RECORDS = 3;
    private static final int PARTITION_KEY_INDEX = 1;
    private static final int DATA = 3;

    private final List<String> partitionKeys = new ArrayList<>();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();

    void add(String partitionKey, byte[] data) {
        int index = partitionKeys.indexOf(partitionKey);
        if (index < 0) {
            index = partitionKeys.size();
            partitionKeys.add(partitionKey);
            writeBytes(message, PARTITION_KEY_TABLE, partitionKey.getBytes(StandardCharsets.UTF_8));
        }
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        record.write(PARTITION_KEY_INDEX << 3);
        record.write(index);
        writeBytes(record, DATA, data);
        writeBytes(message, RECORDS, record.toByteArray());
    }

    /** Its magic, the message, and the message's MD5. */
    byte[] toBytes() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(MAGIC);
        whole.writeBytes(message.toByteArray());
        try {
            whole.writeBytes(MessageDigest.getInstance("MD5").digest(message.toByteArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
        return whole.toByteArray();
    }

    /** A field of Protocol Buffers that has a length. */
    private static void writeBytes(ByteArrayOutputStream out, int field, byte[] bytes) {
        out.write(field << 3 | 2);
        int rest = bytes.length;
        while (rest > 0x7f) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
        out.writeBytes(bytes);
    }
}
