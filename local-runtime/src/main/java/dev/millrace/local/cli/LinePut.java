package dev.millrace.local.cli;

import dev.millrace.local.lines.LineReader;
import dev.millrace.local.lines.PartitionKeys;
import dev.millrace.sink.RecordWriter;
import dev.millrace.sink.StreamRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;

/** Puts lines into a stream, a batch at a time: at most a request's worth of records is in memory. */
final class LinePut {
    private static final int MAX_LINES_REPORTED = 10;

    private final LineReader lines;
    private final PartitionKeys keys;
    private final RecordWriter writer;
    private final Pacer pacer;
    private final PrintWriter err;
    private final LongConsumer progress;

    private final List<StreamRecord> batch = new ArrayList<>();
    private long batchBytes;
    private long blank;
    private long tooLong;
    private long taken;

    /** @param progress is told how many bytes have been read */
    LinePut(
            LineReader lines,
            PartitionKeys keys,
            RecordWriter writer,
            Pacer pacer,
            PrintWriter err,
            LongConsumer progress) {
        this.lines = lines;
        this.keys = keys;
        this.writer = writer;
        this.pacer = pacer;
        this.err = err;
        this.progress = progress;
    }

    /** Puts all lines up to the end. */
    void run() throws IOException, InterruptedException {
        int batchSize = pacer.batchSize(RecordWriter.MAX_REQUEST_RECORDS);
        for (LineReader.Line line = lines.next(); line != null; line = lines.next()) {
            add(line);
            // Whoever writes the lines may write the next one much later.
            if (batch.size() == batchSize || !lines.isReady()) {
                flush();
            }
        }
        flush();
        if (tooLong > MAX_LINES_REPORTED) {
            err.printf(Locale.ROOT, "... and %,d more%n", tooLong - MAX_LINES_REPORTED);
            err.flush();
        }
    }

    /** How things stand; valid after a failure, too. */
    PutSummary summary(String stream) {
        long failed = tooLong + taken - writer.written();
        return new PutSummary(
                stream, writer.written(), writer.writtenBytes(), pacer.elapsed(), failed, blank, writer.overtaken());
    }

    /** How many lines have been read, blank and too long ones included. */
    long linesRead() {
        return taken + blank + tooLong;
    }

    private void add(LineReader.Line line) throws InterruptedException {
        byte[] data = line.data();
        if (data == null) {
            reportTooLong(line);
            return;
        }
        if (line.isBlank()) {
            blank++;
            return;
        }
        StreamRecord item = new StreamRecord(keys.of(data), data);
        if (item.size() > RecordWriter.MAX_RECORD_BYTES) {
            reportTooLong(line);
            return;
        }
        if (batchBytes + item.size() > RecordWriter.MAX_REQUEST_BYTES) {
            flush();
        }
        taken++;
        batch.add(item);
        batchBytes += item.size();
    }

    private void flush() throws InterruptedException {
        if (!batch.isEmpty()) {
            pacer.await(taken - batch.size());
            writer.write(batch);
            batch.clear();
            batchBytes = 0;
        }
        progress.accept(lines.bytesRead());
    }

    private void reportTooLong(LineReader.Line line) {
        tooLong++;
        if (tooLong <= MAX_LINES_REPORTED) {
            err.printf(
                    Locale.ROOT,
                    "line %,d has %,d bytes and was not sent: a record may have %,d, its partition key included%n",
                    line.number(),
                    line.length(),
                    RecordWriter.MAX_RECORD_BYTES);
            err.flush();
        }
    }
}
