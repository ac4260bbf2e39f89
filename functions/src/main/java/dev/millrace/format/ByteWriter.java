package dev.millrace.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of bytes. Integers are written seven bits to a byte, the lowest first. */
public final class ByteWriter {
    private byte[] bytes = new byte[256];
    private int size;

    public void writeByte(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    /** A number that is small and not negative, most of the time. */
    public void writeVarint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            writeByte((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        writeByte((int) rest);
    }

    /** A number near zero, of either sign, most of the time. */
    public void writeSigned(long value) {
        writeVarint((value << 1) ^ (value >> 63));
    }

    public void writeInt(int value) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            writeByte(value >>> shift);
        }
    }

    public void writeRaw(byte[] value, int from, int to) {
        ensure(to - from);
        System.arraycopy(value, from, bytes, size, to - from);
        size += to - from;
    }

    public void writeBytes(byte[] value) {
        writeVarint(value.length);
        writeRaw(value, 0, value.length);
    }

    public void writeString(String value) {
        writeBytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Another writer's bytes, with their number in front. */
    public void writeBlock(ByteWriter block) {
        writeVarint(block.size);
        writeRaw(block.bytes, 0, block.size);
    }

    public int size() {
        return size;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(size, more)));
        }
    }
}
