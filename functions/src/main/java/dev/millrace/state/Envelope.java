package dev.millrace.state;

import dev.millrace.format.ByteReader;
import dev.millrace.format.ByteWriter;
import dev.millrace.format.Compression;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;
import java.util.zip.CRC32C;

/**
 * What surrounds the content of every item: version, checksum, compression. The checksum takes in the item's key and number,
 * so that content that turns up in another place is refused as well.
 */
final class Envelope {
    /** The newest version of the stored format that is known here, and the one that is written. */
    static final int VERSION = 1;

    /** The most bytes that keys and values of one item may take before compression. Written items have less. */
    static final int MAX_CONTENT_BYTES = 32 << 20;

    /** Where keys and values are short, their lengths and namespaces take more room than they. */
    private static final int MAX_RAW_BYTES = 4 * MAX_CONTENT_BYTES;

    private static final int STORED = 0;
    private static final int DEFLATED = 1;
    private static final int CHECKSUM_AT = 1;
    private static final int METHOD_AT = CHECKSUM_AT + Integer.BYTES;
    private static final int CONTENT_AT = METHOD_AT + 1;

    private Envelope() {}

    /** The item that has this content, compressed where that makes it smaller. */
    static StoredItem seal(ItemKey key, long number, ByteWriter content) {
        byte[] raw = content.toByteArray();
        byte[] body = new byte[CONTENT_AT + raw.length];
        int deflated = Compression.deflate(raw, body, CONTENT_AT);
        if (deflated == 0) {
            body[METHOD_AT] = STORED;
            System.arraycopy(raw, 0, body, CONTENT_AT, raw.length);
        } else {
            body[METHOD_AT] = DEFLATED;
            body = Arrays.copyOf(body, CONTENT_AT + deflated);
        }
        body[0] = VERSION;
        int checksum = checksum(key, number, body);
        for (int i = 0; i < Integer.BYTES; i++) {
            body[CHECKSUM_AT + i] = (byte) (checksum >>> (24 - 8 * i));
        }
        return new StoredItem(key, number, body);
    }

    /**
     * What {@code decode} makes of an item's content.
     *
     * @throws UnreadableItemException if it was damaged, or is of a newer version
     */
    static <T> T open(StoredItem item, Function<ByteReader, T> decode) {
        byte[] body = item.body();
        int version = body.length == 0 ? 0 : body[0] & 0xff;
        if (version > VERSION) {
            throw new NewerFormatException(item, version, VERSION);
        }
        if (version == 0 || body.length < CONTENT_AT) {
            throw corrupt(item, "it is no item of a state log (" + body.length + " bytes)");
        }
        try {
            int expected = new ByteReader(Arrays.copyOfRange(body, CHECKSUM_AT, METHOD_AT)).readInt();
            if (checksum(item.key(), item.number(), body) != expected) {
                throw corrupt(item, "its checksum is wrong (format version " + version + ")");
            }
            ByteReader content = new ByteReader(content(body));
            T decoded = decode.apply(content);
            content.requireEnd();
            return decoded;
        } catch (ByteReader.Malformed | IllegalArgumentException e) {
            throw corrupt(item, "it cannot be decoded (format version " + version + "): " + e.getMessage());
        }
    }

    private static CorruptItemException corrupt(StoredItem item, String problem) {
        return new CorruptItemException(item.key(), item.table(), problem);
    }

    /** CRC-32C over the key, the number and the body without the checksum itself. */
    private static int checksum(ItemKey key, long number, byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(key.toString().getBytes(StandardCharsets.UTF_8));
        for (int shift = 56; shift >= 0; shift -= 8) {
            crc.update((int) (number >>> shift));
        }
        crc.update(body[0]);
        crc.update(body, METHOD_AT, body.length - METHOD_AT);
        return (int) crc.getValue();
    }

    private static byte[] content(byte[] body) {
        if (body[METHOD_AT] == STORED) {
            return Arrays.copyOfRange(body, CONTENT_AT, body.length);
        }
        if (body[METHOD_AT] != DEFLATED) {
            throw new ByteReader.Malformed("unknown compression " + body[METHOD_AT]);
        }
        return Compression.inflate(body, CONTENT_AT, MAX_RAW_BYTES);
    }
}
