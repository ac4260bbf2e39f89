package dev.millrace.local.lines;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines as bytes. A line ends with a line feed, or a carriage return and a line feed; the last may have no end. Needs
 * memory for one line of the longest size that is kept, however long lines are. For one thread at a time.
 */
public final class LineReader {
    private static final int BUFFER_BYTES = 1 << 16;

    /**
     * A line.
     *
     * @param number counted from 1
     * @param data its bytes without its end, or null if it is too long to be kept
     * @param length how many bytes it has, without its end
     * @param hasEnd false for what follows the last line feed
     */
    public record Line(long number, byte @Nullable [] data, long length, boolean hasEnd) {
        /** Whether it has nothing but spaces, tabs and carriage returns: such lines are no records. */
        public boolean isBlank() {
            if (data == null) {
                return false;
            }
            for (byte b : data) {
                if (b != ' ' && b != '\t' && b != '\r') {
                    return false;
                }
            }
            return true;
        }
    }

    private final InputStream in;
    private final int maxBytes;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int from;
    private int to;
    private long number;
    private long bytesRead;

    /** @param maxBytes of a line that is to be kept */
    public LineReader(InputStream in, int maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /** The next line, or null at the end. Waits for its end. */
    public @Nullable Line next() throws IOException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream(256);
        long length = 0;
        byte last = 0;
        boolean any = false;
        while (from < to || fill()) {
            any = true;
            int end = lineFeed();
            int stop = end < 0 ? to : end;
            // One byte more than is kept, since it may be the carriage return of the line's end.
            kept.write(buffer, from, Math.max(0, Math.min(stop - from, maxBytes + 1 - kept.size())));
            length += stop - from;
            last = stop > from ? buffer[stop - 1] : last;
            from = end < 0 ? to : end + 1;
            if (end >= 0) {
                return line(kept, last == '\r' ? length - 1 : length, true);
            }
        }
        return any ? line(kept, length, false) : null;
    }

    /** Whether there is more to read without waiting for it. */
    public boolean isReady() throws IOException {
        return from < to || in.available() > 0;
    }

    /** How many bytes of the input the lines so far have had, ends included. */
    public long bytesRead() {
        return bytesRead - (to - from);
    }

    private Line line(ByteArrayOutputStream kept, long length, boolean hasEnd) {
        number++;
        if (length > maxBytes) {
            return new Line(number, null, length, hasEnd);
        }
        byte[] data = kept.toByteArray();
        return new Line(number, data.length == length ? data : Arrays.copyOf(data, (int) length), length, hasEnd);
    }

    private int lineFeed() {
        for (int i = from; i < to; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private boolean fill() throws IOException {
        int count = in.read(buffer);
        from = 0;
        to = Math.max(count, 0);
        bytesRead += to;
        return count > 0;
    }
}
