package dev.millrace.format;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Raw deflate (RFC 1951), at its quickest. */
public final class Compression {
    private Compression() {}

    /**
     * Compresses {@code raw} into {@code into}, from {@code at} on, if that takes fewer bytes.
     *
     * @return how many it takes, or 0 if it takes as many as {@code raw} has, or more: what was written is then of no use
     */
    public static int deflate(byte[] raw, byte[] into, int at) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setInput(raw);
            deflater.finish();
            int length = deflater.deflate(into, at, raw.length);
            return deflater.finished() ? length : 0;
        } finally {
            deflater.end();
        }
    }

    /**
     * What was compressed.
     *
     * @param maxBytes how many bytes it may come to; it takes at most two and a half times as much memory, whatever the
     *     bytes say
     * @throws ByteReader.Malformed if the bytes make no sense, or need more
     */
    public static byte[] inflate(byte[] bytes, int at, int maxBytes) {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(bytes, at, bytes.length - at);
            // One byte more than it may come to: only then is it known to be more.
            byte[] raw = new byte[(int) Math.min(Math.max(64, 4L * bytes.length), maxBytes + 1L)];
            int length = inflater.inflate(raw);
            while (!inflater.finished()) {
                if (length < raw.length) {
                    throw new ByteReader.Malformed("the compressed content is cut off");
                }
                if (length > maxBytes) {
                    throw new ByteReader.Malformed(
                            "the compressed content is too large: it comes to more than " + maxBytes + " bytes");
                }
                raw = Arrays.copyOf(raw, (int) Math.min(2L * raw.length, maxBytes + 1L));
                length += inflater.inflate(raw, length, raw.length - length);
            }
            if (length > maxBytes) {
                throw new ByteReader.Malformed(
                        "the compressed content is too large: it comes to more than " + maxBytes + " bytes");
            }
            return Arrays.copyOf(raw, length);
        } catch (DataFormatException e) {
            throw new ByteReader.Malformed("it cannot be decompressed: " + e.getMessage());
        } finally {
            inflater.end();
        }
    }
}
