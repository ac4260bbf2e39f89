package dev.millrace.lambda;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks aggregated records: several user records that a producer (the Kinesis Producer Library, say) put as one. The
 * format, from https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md: four bytes of magic, a
 * Protocol Buffers message, and the message's MD5.
 *
 * <p>A record that starts otherwise is not aggregated. One that starts so and is not whole is refused; other libraries
 * take it for a plain record, and would have the pipeline decode its four bytes of magic as a user's data.
 */
final class AggregatedRecords {
    private static final byte[] MAGIC = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};
    private static final int DIGEST_BYTES = 16;

    private static final int PARTITION_KEY_TABLE = 1;
    private static final int EXPLICIT_HASH_KEY_TABLE = 2;
    private static final int RECORDS = 3;

    private static final int PARTITION_KEY_INDEX = 1;
    private static final int EXPLICIT_HASH_KEY_INDEX = 2;
    private static final int DATA = 3;

    private AggregatedRecords() {}

    /**
     * What is in a record of a stream.
     *
     * @param aggregated whether it was aggregated
     * @param records the user records in their order: just one if it was not aggregated; none if an aggregate is empty
     */
    record Unpacked(boolean aggregated, List<UserRecord> records) {}

    /**
     * Unpacks a record, or hands it on as it is. Needs memory in proportion to the data, whatever it says of itself.
     *
     * @param data the record's data; not changed, and kept as the user record's data if it is not aggregated
     * @param partitionKey the record's partition key; an aggregate's user records have their own
     * @throws CorruptedAggregateException if the record is aggregated and is damaged, cut off or malformed
     */
    static Unpacked unpack(byte[] data, String partitionKey) throws CorruptedAggregateException {
        if (data.length < MAGIC.length || !Arrays.equals(data, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            return new Unpacked(false, List.of(new UserRecord(partitionKey, data, 0)));
        }
        return new Unpacked(true, records(checked(data)));
    }

    private static ByteBuffer checked(byte[] data) throws CorruptedAggregateException {
        int length = data.length - MAGIC.length - DIGEST_BYTES;
        if (length < 0) {
            throw new CorruptedAggregateException("it has " + data.length
                    + " bytes, and its magic and checksum alone are " + (MAGIC.length + DIGEST_BYTES));
        }
        MessageDigest md5 = md5();
        md5.update(data, MAGIC.length, length);
        byte[] computed = md5.digest();
        byte[] stored = Arrays.copyOfRange(data, data.length - DIGEST_BYTES, data.length);
        if (!Arrays.equals(computed, stored)) {
            HexFormat hex = HexFormat.of();
            throw new CorruptedAggregateException("its checksum is " + hex.formatHex(stored) + ", and that of its "
                    + length + " bytes is " + hex.formatHex(computed));
        }
        return ByteBuffer.wrap(data, MAGIC.length, length);
    }

    /** Reads the message twice, the tables first: fields may come in any order, and keeping them all costs memory. */
    private static List<UserRecord> records(ByteBuffer message) throws CorruptedAggregateException {
        List<String> partitionKeys = new ArrayList<>();
        long explicitHashKeys = 0;
        ProtobufReader tables = new ProtobufReader(message, "aggregate");
        while (tables.next()) {
            if (tables.field() == PARTITION_KEY_TABLE) {
                partitionKeys.add(tables.string());
            } else if (tables.field() == EXPLICIT_HASH_KEY_TABLE) {
                tables.string();
                explicitHashKeys++;
            } else {
                tables.skip();
            }
        }
        List<UserRecord> records = new ArrayList<>();
        ProtobufReader reader = new ProtobufReader(message, "aggregate");
        while (reader.next()) {
            if (reader.field() == RECORDS) {
                records.add(userRecord(reader.bytes(), records.size(), partitionKeys, explicitHashKeys));
            } else {
                reader.skip();
            }
        }
        return records;
    }

    private static UserRecord userRecord(ByteBuffer bytes, int place, List<String> partitionKeys, long explicitHashKeys)
            throws CorruptedAggregateException {
        OptionalLong partitionKey = OptionalLong.empty();
        OptionalLong explicitHashKey = OptionalLong.empty();
        @Nullable ByteBuffer data = null;
        ProtobufReader reader = new ProtobufReader(bytes, "user record " + place);
        while (reader.next()) {
            switch (reader.field()) {
                case PARTITION_KEY_INDEX -> partitionKey = OptionalLong.of(reader.uint64());
                case EXPLICIT_HASH_KEY_INDEX -> explicitHashKey = OptionalLong.of(reader.uint64());
                case DATA -> data = reader.bytes();
                default -> reader.skip();
            }
        }
        if (partitionKey.isEmpty()) {
            throw reader.corrupted("no partition key");
        }
        if (data == null) {
            throw reader.corrupted("no data");
        }
        checkIndex(reader, "partition key", partitionKey.getAsLong(), partitionKeys.size());
        if (explicitHashKey.isPresent()) {
            checkIndex(reader, "explicit hash key", explicitHashKey.getAsLong(), explicitHashKeys);
        }
        byte[] copy = new byte[data.remaining()];
        data.get(copy);
        return new UserRecord(partitionKeys.get((int) partitionKey.getAsLong()), copy, place);
    }

    private static void checkIndex(ProtobufReader reader, String what, long index, long size)
            throws CorruptedAggregateException {
        if (Long.compareUnsigned(index, size) >= 0) {
            throw reader.corrupted(what + " " + Long.toUnsignedString(index) + " of " + size);
        }
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }
}
