package dev.millrace.local.source;

import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.lines.LineReader;
import dev.millrace.local.lines.PartitionKeys;
import dev.millrace.sink.RecordWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines that can be read only once, as from a socket. A thread reads them and holds them, at most 8 MiB, until their shards are
 * read on from after them; while that is full it does not read, so that whoever writes them waits. The last 8 MiB that were read
 * can be read again, as after a commit that failed. Sequence numbers count the records of all shards, from a number that grows with
 * the time, so that whoever goes on from where an earlier process was gets all that comes now.
 */
final class LineStream implements SourceStream, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LineStream.class);
    static final int CAPACITY_BYTES = 8 << 20;
    /** So that no two processes, one after the other, have the same numbers. */
    private static final long MOST_RECORDS_A_MILLISECOND = 1_000_000;

    private final LineInput input;
    private final Dealer dealer;
    private final PartitionKeys keys;
    private final Arrivals arrivals;
    private final HeldRecords held;
    private final long openedMillis;
    /** The number before that of the first record. */
    private final long first;

    private final int capacityBytes;
    private final Thread thread;
    private volatile @Nullable StreamReadException problem;
    private volatile boolean isClosed;
    /** Of all connections; blank ones count. */
    private long linesRead;

    private LineStream(LineInput input, Dealer dealer, PartitionKeys keys, Clock clock, int capacityBytes) {
        this.input = input;
        this.dealer = dealer;
        this.keys = keys;
        this.arrivals = new Arrivals(clock);
        this.openedMillis = clock.millis();
        this.first = openedMillis * MOST_RECORDS_A_MILLISECOND;
        this.capacityBytes = capacityBytes;
        this.held = new HeldRecords(dealer.shardCount(), capacityBytes, first);
        this.thread = new Thread(this::run, "millrace-source-" + input.name());
        thread.setDaemon(true);
    }

    /** Begins to read at once. What goes wrong shows in reads, after what came before it. */
    static LineStream open(LineInput input, Dealer dealer, PartitionKeys keys, Clock clock, int capacityBytes) {
        LineStream stream = new LineStream(input, dealer, keys, clock, capacityBytes);
        stream.thread.start();
        return stream;
    }

    private void run() {
        try {
            while (!readToEnd()) {
                LOG.debug("Source {} is connected to again", name());
            }
        } catch (IOException e) {
            problem = new StreamReadException(
                    Objects.requireNonNullElse(e.getMessage(), e.toString()), e, StreamReadException.Kind.UNAVAILABLE);
        } catch (StreamReadException e) {
            problem = e;
        } catch (InterruptedException e) {
            // Not an end of the input, which it would look like.
            problem = new StreamReadException(
                    "Source " + name() + " was closed.", e, StreamReadException.Kind.UNAVAILABLE);
        } catch (RuntimeException e) {
            problem = new StreamReadException(e, StreamReadException.Kind.INVALID);
        } finally {
            held.end();
        }
    }

    /** Reads one connection; false if it failed and there may be another. */
    private boolean readToEnd() throws IOException, InterruptedException {
        LineReader lines = new LineReader(input.connect(), RecordWriter.MAX_RECORD_BYTES);
        long wholeBytes = 0;
        try {
            for (LineReader.Line line = lines.next(); line != null; line = lines.next()) {
                input.worked();
                wholeBytes = lines.bytesRead();
                take(line);
            }
            return true;
        } catch (IOException e) {
            long lost = lines.bytesRead() - wholeBytes;
            if (lost > 0 && !isClosed) {
                LOG.warn(
                        "Source {} failed in the middle of a line, after {} lines: {} bytes of it are dropped",
                        name(),
                        linesRead,
                        lost);
            }
            input.failed(e);
            return false;
        }
    }

    private void take(LineReader.Line line) throws InterruptedException {
        linesRead++;
        if (line.isBlank()) {
            return;
        }
        byte[] data = line.data();
        String key = data == null ? "" : keys.of(data);
        if (data == null || !Lines.fits(key, data)) {
            throw new StreamReadException(
                    Lines.tooLong("Line " + linesRead + " of source " + name()),
                    null,
                    StreamReadException.Kind.INVALID);
        }
        if (!line.hasEnd()) {
            LOG.warn(
                    "Source {} ended without a line feed: its last line, of {} bytes, is taken as it is, and may be half of"
                            + " one",
                    name(),
                    data.length);
        }
        held.add(dealer.shardOf(key), key, ByteBuffer.wrap(data).asReadOnlyBuffer(), arrivals.next());
    }

    @Override
    public String name() {
        return input.name();
    }

    @Override
    public boolean expires() {
        return false;
    }

    @Override
    public List<SourceShard> shards() {
        Long count = held.finalCount();
        return dealer.shards(count == null || problem != null ? null : count + " " + openedMillis);
    }

    @Override
    public String iterator(String shardId, StartingPosition position) {
        int shard = dealer.indexOf(shardId, name());
        return new Dealer.Place(shard, place(shard, position)).iterator();
    }

    private long place(int shard, StartingPosition position) {
        if (position instanceof StartingPosition.Latest) {
            return held.newest(shard);
        }
        if (position instanceof StartingPosition.AtTimestamp at) {
            return held.before(shard, at.timestamp());
        }
        if (position instanceof StartingPosition.AtSequenceNumber at) {
            return held(shard, at.sequenceNumber(), -1);
        }
        if (position instanceof StartingPosition.AfterSequenceNumber after) {
            return held(shard, after.sequenceNumber(), 0);
        }
        return held.oldest(shard);
    }

    private long held(int shard, String sequenceNumber, int change) {
        try {
            long place = Long.parseLong(sequenceNumber) + change;
            if (place >= 0 && place < first) {
                // Of an earlier process: what came between the two is nowhere.
                return first;
            }
            if (place >= held.oldest(shard) && place <= held.newest(shard)) {
                return place;
            }
        } catch (NumberFormatException e) {
            throw gone(sequenceNumber, e);
        }
        throw gone(sequenceNumber, null);
    }

    private StreamReadException gone(String sequenceNumber, @Nullable Throwable cause) {
        return new StreamReadException(
                "Source " + name() + " cannot be read from sequence number " + sequenceNumber
                        + ": but for the last few MiB it can be read only once, and not by another process.",
                cause,
                StreamReadException.Kind.NO_SUCH_POSITION);
    }

    @Override
    public ShardRead read(String iterator, int limit, Duration timeout) throws InterruptedException {
        Dealer.Place place = Dealer.Place.of(iterator);
        HeldRecords.Found found = held.read(place.shard(), place.position(), limit, timeout);
        if (found == null) {
            throw gone(Long.toString(place.position()), null);
        }
        StreamReadException failure = problem;
        if (found.isOver() && failure != null && found.records().isEmpty()) {
            throw new StreamReadException(failure, failure.kind());
        }
        boolean isEnd = found.isOver() && failure == null;
        String next = isEnd ? null : new Dealer.Place(place.shard(), found.next()).iterator();
        return new ShardRead(found.records(), next, found.isTip());
    }

    @Override
    public long replayableBytes() {
        return capacityBytes / (2L * dealer.shardCount());
    }

    @Override
    public String nameOf(String shardId, String sequenceNumber) {
        return "record " + (Long.parseLong(sequenceNumber) - first) + " of " + name();
    }

    /** How many bytes are held for shards that have not been read on from after them. */
    long heldBytes() {
        return held.heldBytes();
    }

    /** Ends reading. Does not wait for the end of a read from standard input, which nothing can end. */
    @Override
    public void close() {
        isClosed = true;
        thread.interrupt();
        input.close();
    }
}
