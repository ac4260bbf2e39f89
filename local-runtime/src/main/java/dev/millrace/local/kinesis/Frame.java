package dev.millrace.local.kinesis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The form of one record in a segment: length of the body (int), CRC32C of the body (int), then the body: ordinal
 * (long), arrival in milliseconds (long), length of the partition key in bytes (short), partition key, data.
 *
 * <p>An instance is a view of a frame inside a buffer; {@link #next} moves it on, so that a scan allocates nothing.
 */
final class Frame {
    static final int HEADER_BYTES = 8;
    private static final int BODY_FIXED_BYTES = 18;
    static final int OVERHEAD_BYTES = HEADER_BYTES + BODY_FIXED_BYTES;
    /** 1 MiB of key and data at most, and some more; a larger length is damage. */
    private static final int MAX_BODY_BYTES = BODY_FIXED_BYTES + 2 * 1024 * 1024;

    /** What {@link #next} found. */
    enum Found {
        /** A whole frame; the fields describe it. */
        FRAME,
        /** The buffer ends before the frame does. */
        INCOMPLETE,
        /** Not a frame, or one that has changed since it was written. */
        DAMAGED
    }

    private final CRC32C crc = new CRC32C();
    private final ByteBuffer buffer;
    private int start;
    private int end;
    private int keyLength;
    long ordinal;
    long arrivalMillis;

    /** Starts before the first frame of the buffer, which must begin at position 0 and end at its limit. */
    Frame(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    /** Moves to the frame after the present one. After anything but FRAME, the view stays where it was. */
    Found next() {
        int remaining = buffer.limit() - end;
        if (remaining < HEADER_BYTES) {
            return Found.INCOMPLETE;
        }
        int bodyLength = buffer.getInt(end);
        if (bodyLength < BODY_FIXED_BYTES || bodyLength > MAX_BODY_BYTES) {
            return Found.DAMAGED;
        }
        if (remaining < HEADER_BYTES + bodyLength) {
            return Found.INCOMPLETE;
        }
        int body = end + HEADER_BYTES;
        crc.reset();
        crc.update(buffer.slice(body, bodyLength));
        int bodyKeyLength = Short.toUnsignedInt(buffer.getShort(body + 16));
        if ((int) crc.getValue() != buffer.getInt(end + 4) || BODY_FIXED_BYTES + bodyKeyLength > bodyLength) {
            return Found.DAMAGED;
        }
        start = end;
        end = body + bodyLength;
        ordinal = buffer.getLong(body);
        arrivalMillis = buffer.getLong(body + 8);
        keyLength = bodyKeyLength;
        return Found.FRAME;
    }

    /** Offset of the present frame in the buffer. */
    int start() {
        return start;
    }

    /** Offset just after the present frame in the buffer. */
    int end() {
        return end;
    }

    /** Bytes of partition key and data in the present frame. */
    int payloadBytes() {
        return end - start - OVERHEAD_BYTES;
    }

    String partitionKey() {
        byte[] key = new byte[keyLength];
        buffer.get(start + OVERHEAD_BYTES, key);
        return new String(key, StandardCharsets.UTF_8);
    }

    /** The data as a read-only slice of the buffer, not a copy. */
    ByteBuffer data() {
        int at = start + OVERHEAD_BYTES + keyLength;
        return buffer.slice(at, end - at).asReadOnlyBuffer();
    }

    /** Writes a frame at the buffer's position. */
    static void write(ByteBuffer target, CRC32C crc, long ordinal, long arrivalMillis, byte[] key, ByteBuffer data) {
        int at = target.position();
        int bodyLength = BODY_FIXED_BYTES + key.length + data.remaining();
        target.position(at + HEADER_BYTES);
        target.putLong(ordinal).putLong(arrivalMillis).putShort((short) key.length);
        target.put(key).put(data.duplicate());
        crc.reset();
        crc.update(target.slice(at + HEADER_BYTES, bodyLength));
        target.putInt(at, bodyLength).putInt(at + 4, (int) crc.getValue());
    }
}
