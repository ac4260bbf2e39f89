package dev.millrace.local.source;

import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamRecord;
import dev.millrace.local.lines.PartitionKeys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a file, as they were when it was opened: what is appended later is left alone. A record's sequence number is
 * the place of its line's first byte, counted from 1. Shards that are read at different speeds read the file by themselves.
 */
final class FileStream implements SourceStream, AutoCloseable {
    /** 4 MiB of the file. */
    private static final int SPARE_BLOCKS = 32;

    private final LineFile file;
    private final Dealer dealer;
    private final Arrivals arrivals;
    private final BlockReader blocks;

    private FileStream(LineFile file, Dealer dealer, Arrivals arrivals, BlockReader blocks) {
        this.file = file;
        this.dealer = dealer;
        this.arrivals = arrivals;
        this.blocks = blocks;
    }

    /** @throws StreamReadException if there is no such file, or it cannot be read as lines */
    static FileStream open(Path path, Dealer dealer, PartitionKeys keys, Clock clock) {
        LineFile file = LineFile.open(path);
        LineBlocks loader = new LineBlocks(file, dealer, keys);
        BlockReader blocks = new BlockReader(dealer.shardCount(), LineBlocks.SPAN_BYTES, SPARE_BLOCKS, loader);
        return new FileStream(file, dealer, new Arrivals(clock), blocks);
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public String nameOf(String shardId, String sequenceNumber) {
        return "the line of " + name() + " that begins with byte " + sequenceNumber;
    }

    @Override
    public boolean expires() {
        return false;
    }

    @Override
    public List<SourceShard> shards() {
        return dealer.shards(file.fingerprint());
    }

    @Override
    public String iterator(String shardId, StartingPosition position) {
        int shard = dealer.indexOf(shardId, name());
        long from = 0;
        if (position instanceof StartingPosition.Latest) {
            from = file.size();
        } else if (position instanceof StartingPosition.AtSequenceNumber at) {
            from = lineStart(at.sequenceNumber());
        } else if (position instanceof StartingPosition.AfterSequenceNumber after) {
            from = lineStart(after.sequenceNumber()) + 1;
        }
        return new Dealer.Place(shard, from).iterator();
    }

    private long lineStart(String sequenceNumber) {
        try {
            long start = Long.parseLong(sequenceNumber) - 1;
            if (start >= 0 && file.isLineStart(start)) {
                return start;
            }
        } catch (NumberFormatException e) {
            throw noSuchPosition(sequenceNumber, e);
        } catch (IOException e) {
            throw unavailable(e);
        }
        throw noSuchPosition(sequenceNumber, null);
    }

    private StreamReadException noSuchPosition(String sequenceNumber, @Nullable Throwable cause) {
        return new StreamReadException(
                "No line of file " + name() + " begins at sequence number " + sequenceNumber
                        + ": it is not the file that was read before. Bring that back, or start anew.",
                cause,
                StreamReadException.Kind.NO_SUCH_POSITION);
    }

    @Override
    public ShardRead read(String iterator, int limit, Duration timeout) throws InterruptedException {
        Dealer.Place place = Dealer.Place.of(iterator);
        long startNanos = System.nanoTime();
        try {
            BlockReader.Found found = blocks.read(place.shard(), place.position(), file.size(), limit);
            while (found.records().isEmpty()
                    && found.next() < file.size()
                    && System.nanoTime() - startNanos < timeout.toNanos()) {
                found = blocks.read(place.shard(), found.next(), file.size(), limit);
            }
            boolean isOver = found.next() >= file.size();
            String next = isOver ? null : new Dealer.Place(place.shard(), found.next()).iterator();
            return new ShardRead(records(found.records()), next, isOver);
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    private List<StreamRecord> records(List<Block.Dealt> found) {
        Instant arrival = arrivals.next();
        return found.stream()
                .map(dealt -> new StreamRecord(
                        Long.toString(dealt.position() + 1),
                        arrival,
                        dealt.partitionKey(),
                        ByteBuffer.wrap(dealt.data()).asReadOnlyBuffer()))
                .toList();
    }

    private StreamReadException unavailable(IOException e) {
        return new StreamReadException(
                "File " + name() + " cannot be read: " + e, e, StreamReadException.Kind.UNAVAILABLE);
    }

    /** Closes the file; reads fail from then on. */
    @Override
    public void close() {
        file.close();
    }
}
