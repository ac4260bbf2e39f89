package dev.millrace.local.source;

import dev.millrace.local.lines.LineReader;
import dev.millrace.local.lines.PartitionKeys;
import dev.millrace.sink.RecordWriter;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deals the lines of a file: a block has those that begin in its stretch of the file. Safe for use by several threads. */
final class LineBlocks implements BlockReader.Loader {
    private static final Logger LOG = LoggerFactory.getLogger(LineBlocks.class);
    static final int SPAN_BYTES = 1 << 17;
    private static final int LINE_END_BYTES = 2;

    private final LineFile file;
    private final Dealer dealer;
    private final PartitionKeys keys;
    private final AtomicBoolean hasWarned = new AtomicBoolean();

    LineBlocks(LineFile file, Dealer dealer, PartitionKeys keys) {
        this.file = file;
        this.dealer = dealer;
        this.keys = keys;
    }

    @Override
    public Block load(long index) throws IOException {
        file.requireUnchanged();
        Block block = new Block(dealer.shardCount());
        long blockEnd = Math.min(file.size(), (index + 1) * SPAN_BYTES);
        // No further than a record may go: there may be no line feed for gigabytes.
        long readEnd = Math.min(file.size(), blockEnd + RecordWriter.MAX_RECORD_BYTES + LINE_END_BYTES);
        // One byte before: if that is a line feed, a line begins with the block.
        long readFrom = Math.max(0, index * SPAN_BYTES - 1);
        LineReader lines = new LineReader(file.region(readFrom, readEnd), RecordWriter.MAX_RECORD_BYTES);
        if (index > 0) {
            lines.next();
        }
        for (long start = readFrom + lines.bytesRead(); start < blockEnd; start = readFrom + lines.bytesRead()) {
            LineReader.Line line = lines.next();
            if (line == null) {
                file.requireUnchanged();
                throw new IOException("it ended at byte " + start + " of " + file.size());
            }
            if (!deal(line, start, block)) {
                return block;
            }
        }
        return block;
    }

    /** Adds a line to the block; false if that is not possible. */
    private boolean deal(LineReader.Line line, long start, Block block) throws IOException {
        byte[] data = line.data();
        if (line.isBlank()) {
            return true;
        }
        String key = data == null ? "" : keys.of(data);
        if (data == null || !Lines.fits(key, data)) {
            block.endWith(
                    new Block.Problem(start, Lines.tooLong("Line " + file.lineNumber(start) + " of file " + file)));
            return false;
        }
        if (!line.hasEnd() && !hasWarned.getAndSet(true)) {
            LOG.warn(
                    "File {} ends without a line feed: its last line, of {} bytes, is taken as it is, and may be half of one",
                    file,
                    data.length);
        }
        block.add(dealer.shardOf(key), new Block.Dealt(start, key, data));
        return true;
    }
}
