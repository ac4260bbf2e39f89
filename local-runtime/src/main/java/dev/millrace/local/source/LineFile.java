package dev.millrace.local.source;

import dev.millrace.local.lines.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open file of lines, of which what it had when it was opened is read. Safe for use by several threads. */
final class LineFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LineFile.class);
    private static final int GZIP_FIRST = 0x1f;
    private static final int GZIP_SECOND = 0x8b;
    private static final int COUNT_BYTES = 1 << 16;

    private final Path path;
    /** Not a channel: that would be closed for all once a thread that reads is interrupted. */
    private final RandomAccessFile file;

    private final BasicFileAttributes opened;

    private LineFile(Path path, RandomAccessFile file, BasicFileAttributes opened) {
        this.path = path;
        this.file = file;
        this.opened = opened;
    }

    /** @throws StreamReadException if it cannot be read, or is no file of lines; the message is for who named it */
    static LineFile open(Path path) {
        LineFile lines;
        try {
            InputFile.requireReadable(path);
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                throw invalid("'" + path + "' is no regular file, and can be read only once: put it into a stream with"
                        + " 'millrace put', or copy it to a file.");
            }
            lines = new LineFile(path, new RandomAccessFile(path.toFile(), "r"), attributes);
        } catch (IOException e) {
            throw new StreamReadException(InputFile.whyUnreadable(path, e), e, StreamReadException.Kind.INVALID);
        }
        try {
            lines.requireText();
        } catch (IOException | StreamReadException e) {
            lines.close();
            throw e instanceof StreamReadException problem
                    ? problem
                    : new StreamReadException("cannot read " + path + ": " + e, e, StreamReadException.Kind.INVALID);
        }
        return lines;
    }

    private void requireText() throws IOException {
        byte[] start = new byte[2];
        boolean isGzip = read(0, start, 0, start.length) == start.length
                && (start[0] & 0xff) == GZIP_FIRST
                && (start[1] & 0xff) == GZIP_SECOND;
        if (isGzip || path.toString().toLowerCase(Locale.ROOT).endsWith(".gz")) {
            throw invalid("'" + path + "' is compressed by gzip: unpack it first (gunzip -k '" + path + "').");
        }
    }

    private static StreamReadException invalid(String message) {
        return new StreamReadException(message, null, StreamReadException.Kind.INVALID);
    }

    /** In bytes, when it was opened. */
    long size() {
        return opened.size();
    }

    /** Tells its content from what the file has at other times, as far as can be known without reading it. */
    String fingerprint() {
        return opened.size() + " " + opened.lastModifiedTime().toMillis();
    }

    /**
     * Whether a line begins at that place, from 0.
     *
     * @throws StreamReadException if the file is not what it was
     */
    boolean isLineStart(long at) throws IOException {
        requireUnchanged();
        byte[] before = new byte[1];
        return at < size() && (at == 0 || (read(at - 1, before, 0, 1) == 1 && before[0] == '\n'));
    }

    /**
     * Looks whether it is still the same file, and no shorter; whether it was written over in place cannot be seen.
     *
     * @throws StreamReadException if it is not
     */
    void requireUnchanged() throws IOException {
        BasicFileAttributes now;
        try {
            now = Files.readAttributes(path, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            throw new StreamReadException(
                    "File " + path + " was removed while it was read: bring it back, and start again.",
                    e,
                    StreamReadException.Kind.INVALID);
        }
        if (!Objects.equals(now.fileKey(), opened.fileKey())) {
            throw invalid("File " + path + " was replaced by another while it was read: start again.");
        }
        if (now.size() < size()) {
            throw invalid("File " + path + " has become shorter while it was read: it had " + size() + " bytes and has "
                    + now.size() + ". Start again with a file that stays as it is.");
        }
    }

    /** The bytes from one place up to another, exclusive. For one thread; needs no closing. */
    InputStream region(long from, long to) {
        return new InputStream() {
            private long at = from;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int most = (int) Math.min(length, to - at);
                int count = most <= 0 ? -1 : LineFile.this.read(at, target, offset, most);
                at += Math.max(count, 0);
                return count;
            }
        };
    }

    private synchronized int read(long at, byte[] target, int offset, int length) throws IOException {
        file.seek(at);
        return file.read(target, offset, length);
    }

    /** The number of the line at that place, from 1; reads all that is before it. */
    long lineNumber(long at) throws IOException {
        long number = 1;
        byte[] buffer = new byte[COUNT_BYTES];
        InputStream in = region(0, at);
        for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
            for (int i = 0; i < count; i++) {
                number += buffer[i] == '\n' ? 1 : 0;
            }
        }
        return number;
    }

    @Override
    public String toString() {
        return path.toString();
    }

    @Override
    public synchronized void close() {
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("File {} could not be closed: {}", path, e.toString());
        }
    }
}
