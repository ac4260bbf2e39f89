package dev.millrace.local.runner;

import dev.millrace.driver.BatchItem;
import dev.millrace.driver.BatchResult;
import dev.millrace.engine.Progress;
import dev.millrace.engine.SourceRecord;
import dev.millrace.lambda.KinesisRecords;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamRecord;
import dev.millrace.local.source.DecodedStream;
import dev.millrace.local.source.ShardRead;
import dev.millrace.local.source.SourceStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A shard of the source, and where in it is read. For one thread at a time, but for the counts. */
final class ShardInput {
    private final SourceStream stream;
    private final String shardId;
    private final Clock clock;
    private final List<BatchItem> unpacked = new ArrayList<>();
    private @Nullable String iterator;
    private boolean isAtTip;
    private long readMillis;
    private long lastBytes;
    private long lastHeldBytes;
    private final LongAdder recordsRead = new LongAdder();
    private final LongAdder bytesRead = new LongAdder();
    private volatile long lastArrivalMillis = Progress.NO_TIME;

    ShardInput(SourceStream stream, String shardId, Clock clock) {
        this.stream = stream;
        this.shardId = shardId;
        this.clock = clock;
    }

    String shardId() {
        return shardId;
    }

    /** Goes to a place. */
    void from(StartingPosition position) {
        iterator = Positions.iterator(stream, shardId, position);
    }

    /**
     * Reads what comes.
     *
     * @param limit 1 to 10,000 records
     * @param timeout how long to wait for the first
     * @return what came, unpacked where it was aggregated; good until the next read
     */
    List<BatchItem> read(int limit, Duration timeout) throws InterruptedException {
        String from = iterator;
        if (from == null) {
            return List.of();
        }
        readMillis = clock.millis();
        return stream instanceof DecodedStream decoded
                ? readDecoded(decoded, from, limit, timeout)
                : unpack(stream.read(from, limit, timeout));
    }

    private List<BatchItem> readDecoded(DecodedStream decoded, String from, int limit, Duration timeout)
            throws InterruptedException {
        DecodedStream.Read read = decoded.readDecoded(from, limit, timeout);
        List<BatchItem> items = read.items();
        isAtTip = items.isEmpty() && read.atTip();
        iterator = read.nextIterator();
        lastBytes = 0;
        lastHeldBytes = 0;
        if (!items.isEmpty()) {
            recordsRead.add(items.size());
            lastArrivalMillis = items.get(items.size() - 1).record().arrivalMillis();
        }
        return items;
    }

    private List<BatchItem> unpack(ShardRead read) {
        unpacked.clear();
        lastBytes = 0;
        lastHeldBytes = 0;
        for (StreamRecord record : read.records()) {
            SourceRecord whole = Positions.whole(record);
            lastBytes += whole.data().length;
            lastHeldBytes += SourceStream.heldBytes(record);
            KinesisRecords.unpack(whole, unpacked);
        }
        isAtTip = read.records().isEmpty() && read.atTip();
        iterator = read.nextIterator();
        if (!read.records().isEmpty()) {
            recordsRead.add(read.records().size());
            bytesRead.add(lastBytes);
            lastArrivalMillis = read.records()
                    .get(read.records().size() - 1)
                    .approximateArrival()
                    .toEpochMilli();
        }
        return unpacked;
    }

    /** When the last read began, in epoch milliseconds. */
    long readMillis() {
        return readMillis;
    }

    /** What the last read gave takes in memory, about, in bytes. */
    long lastHeldBytes() {
        return lastHeldBytes;
    }

    /** By the last read, whether the shard is idle (T1): it found nothing, and nothing is behind it, and the shard is open. */
    boolean isIdle() {
        return isAtTip && !hasEnded();
    }

    /** Whether the shard is closed, and all of it was read. */
    boolean hasEnded() {
        return iterator == null;
    }

    /** The time, in epoch milliseconds. */
    long now() {
        return clock.millis();
    }

    /** What to say of a record that cannot be processed. */
    String heldUpBy(BatchResult.FailedAt at) {
        return stream.nameOf(shardId, at.sequenceNumber()) + " cannot be processed: " + at.message()
                + ". The pipeline's policy is to fail, so its shard waits: mend the record or the code, or choose"
                + " another policy with onError(...)";
    }

    /** How many bytes, as {@link #lastHeldBytes} counts them, may be read and not committed, to be found again after a failure. */
    long replayableBytes() {
        return stream.replayableBytes();
    }

    /** Records that were read, those read again included; safe for use by several threads, as are the next two. */
    long recordsRead() {
        return recordsRead.sum();
    }

    /** Bytes of their data. */
    long bytesRead() {
        return bytesRead.sum();
    }

    /** When the last of them arrived, in epoch milliseconds; {@link Progress#NO_TIME} before the first. */
    long lastArrivalMillis() {
        return lastArrivalMillis;
    }
}
