package dev.millrace.local.kinesis;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A segment in a file, named by its base ordinal: a header, then frames, written at the end and never changed.
 *
 * <p>The header holds a magic number, the base ordinal, and how long the segment before it was in the end. By the last, a
 * log whose files were copied at different moments is recognised.
 *
 * <p>Access is through {@link RandomAccessFile}: a {@code FileChannel} would be closed under all its users when one of
 * their threads is interrupted.
 */
final class FileSegment extends Segment {
    static final String SUFFIX = ".log";
    static final int HEADER_BYTES = 24;
    private static final long MAGIC = 0x4d494c4c4c4f4701L;
    private static final int SCAN_BYTES = 1024 * 1024;

    private final Path file;
    private final int previousLength;
    private @Nullable RandomAccessFile appender;
    private @Nullable SparseIndex index;

    private FileSegment(Path file, long baseOrdinal, int previousLength) {
        super(baseOrdinal);
        this.file = file;
        this.previousLength = previousLength;
    }

    /** Makes a new, empty segment. */
    static FileSegment create(Path directory, long baseOrdinal, int previousLength) throws IOException {
        Path file = directory.resolve(String.format(Locale.ROOT, "%019d", baseOrdinal) + SUFFIX);
        FileSegment segment = new FileSegment(file, baseOrdinal, previousLength);
        segment.index = new SparseIndex();
        RandomAccessFile appender = new RandomAccessFile(file.toFile(), "rw");
        segment.appender = appender;
        appender.setLength(0);
        appender.write(ByteBuffer.allocate(HEADER_BYTES)
                .putLong(MAGIC)
                .putLong(baseOrdinal)
                .putLong(previousLength)
                .array());
        return segment;
    }

    /** Opens the segment in a file that exists, to be read; null if its header is not whole. */
    static @Nullable FileSegment open(Path file) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            if (in.length() < HEADER_BYTES || in.readLong() != MAGIC) {
                return null;
            }
            FileSegment segment = new FileSegment(file, in.readLong(), (int) in.readLong());
            segment.setLength((int) (in.length() - HEADER_BYTES));
            return segment;
        }
    }

    /** Length of the segment before this one when that was complete; -1 if it was the first. */
    int previousLength() {
        return previousLength;
    }

    /** Checks every frame, cuts off what is not whole, and makes the segment ready for appends; returns the last ordinal. */
    long recover() throws IOException {
        seal();
        long[] lastOrdinal = {baseOrdinal() - 1};
        setLength(scan(lastOrdinal));
        RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw");
        out.setLength(HEADER_BYTES + (long) length());
        out.seek(out.length());
        appender = out;
        return lastOrdinal[0];
    }

    @Override
    long lastArrivalMillis() throws IOException {
        index();
        return super.lastArrivalMillis();
    }

    @Override
    void append(ByteBuffer frames) throws IOException {
        RandomAccessFile out = appender;
        if (out == null) {
            throw new IOException(file + " is closed");
        }
        try {
            out.write(frames.array(), frames.arrayOffset() + frames.position(), frames.remaining());
        } catch (IOException e) {
            // Part of it may be there (a full disk): cut it off, so that the next append does not follow a torn frame.
            out.setLength(HEADER_BYTES + (long) length());
            out.seek(out.length());
            throw e;
        }
    }

    @Override
    ByteBuffer read(int offset, int maxBytes) throws IOException {
        byte[] bytes = new byte[Math.min(length() - offset, maxBytes)];
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            in.seek(HEADER_BYTES + (long) offset);
            in.readFully(bytes);
        } catch (EOFException e) {
            throw new IOException(file + " is shorter than it was", e);
        }
        return ByteBuffer.wrap(bytes);
    }

    @Override
    synchronized SparseIndex index() throws IOException {
        if (index == null) {
            int valid = scan(new long[1]);
            if (valid < length()) {
                throw new IOException(file + " is damaged at byte " + (HEADER_BYTES + valid));
            }
        }
        return Objects.requireNonNull(index);
    }

    /** Builds the index, and returns the length of the frames that are whole and in order. */
    private synchronized int scan(long[] lastOrdinal) throws IOException {
        SparseIndex built = new SparseIndex();
        int offset = 0;
        int window = SCAN_BYTES;
        Frame.Found found = Frame.Found.FRAME;
        while (offset < length() && found != Frame.Found.DAMAGED) {
            int at = offset;
            Frame frame = new Frame(read(at, window));
            while ((found = frame.next()) == Frame.Found.FRAME) {
                built.offer(frame.ordinal, frame.arrivalMillis, at + frame.start());
                setLastArrivalMillis(frame.arrivalMillis);
                lastOrdinal[0] = frame.ordinal;
                offset = at + frame.end();
            }
            if (offset == at) {
                if (at + window >= length()) {
                    break;
                }
                window *= 2;
            }
        }
        index = built;
        return offset;
    }

    @Override
    void seal() throws IOException {
        RandomAccessFile out = appender;
        appender = null;
        if (out != null) {
            out.close();
        }
    }

    @Override
    void delete() throws IOException {
        seal();
        Files.deleteIfExists(file);
    }
}
