package dev.millrace.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads what a {@link ByteWriter} wrote. Never allocates more than the bytes it was given, whatever they say, and
 * throws {@link Malformed} where they make no sense.
 */
public final class ByteReader {
    /** The bytes make no sense; to be caught where it is known which bytes they are. */
    public static final class Malformed extends RuntimeException {
        public Malformed(String problem) {
            super(problem);
        }
    }

    private final byte[] bytes;
    private final int end;
    private int at;

    public ByteReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private ByteReader(byte[] bytes, int at, int end) {
        this.bytes = bytes;
        this.at = at;
        this.end = end;
    }

    public int remaining() {
        return end - at;
    }

    public int readByte() {
        need(1);
        return bytes[at++] & 0xff;
    }

    public long readVarint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int b = readByte();
            value |= (long) (b & 0x7f) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw new Malformed("a number is too long");
    }

    public long readSigned() {
        long value = readVarint();
        return (value >>> 1) ^ -(value & 1);
    }

    public int readInt() {
        int value = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            value = value << 8 | readByte();
        }
        return value;
    }

    /** A number from 0 to {@code max}. */
    public int readInt(int max) {
        long value = readVarint();
        if (value < 0 || value > max) {
            throw new Malformed("the number " + value + " is not within 0 and " + max);
        }
        return (int) value;
    }

    /** The number of things that follow, each of which takes at least one byte here. */
    public int readCount() {
        return readInt(remaining());
    }

    public byte[] readRaw(int length) {
        need(length);
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    public byte[] readBytes() {
        return readRaw(readCount());
    }

    public String readString() {
        return new String(readBytes(), StandardCharsets.UTF_8);
    }

    /** What {@link ByteWriter#writeBlock} wrote. */
    public ByteReader readBlock() {
        int length = readCount();
        // The length itself took some of what there was to count.
        need(length);
        at += length;
        return new ByteReader(bytes, at - length, at);
    }

    public void requireEnd() {
        if (at != end) {
            throw new Malformed(remaining() + " bytes too many");
        }
    }

    private void need(int length) {
        if (length < 0 || length > remaining()) {
            throw new Malformed("it ends " + ((long) length - remaining()) + " bytes too early");
        }
    }
}
