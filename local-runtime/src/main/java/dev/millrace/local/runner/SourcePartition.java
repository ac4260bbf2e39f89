package dev.millrace.local.runner;

import dev.millrace.driver.Batch;
import dev.millrace.driver.BatchItem;
import dev.millrace.driver.BatchResult;
import dev.millrace.driver.PartitionDriver;
import dev.millrace.engine.Progress;
import dev.millrace.engine.SourceRecord;
import dev.millrace.lambda.KinesisRecords;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamRecord;
import dev.millrace.local.source.ShardRead;
import dev.millrace.local.source.SourceStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A partition of the stage that reads the source, and where its shard is read: each record is applied as it comes, and committed
 * when its driver says so. After an exception from any method {@link #begin} comes next, which goes back to the last commit.
 * For one thread at a time.
 */
public final class SourcePartition {
    private final SourceStream stream;
    private final String shardId;
    private final StagePartitions partitions;
    private final Clock clock;
    private final List<BatchItem> items = new ArrayList<>();
    private @Nullable String iterator;
    private boolean isAtTip;
    private long readMillis;
    private int uncommitted;
    private long uncommittedBytes;
    private @Nullable String failed;
    private final LongAdder recordsRead = new LongAdder();
    private final LongAdder bytesRead = new LongAdder();
    private volatile long lastArrivalMillis = Progress.NO_TIME;

    SourcePartition(SourceStream stream, String shardId, StagePartitions partitions, Clock clock) {
        this.stream = stream;
        this.shardId = shardId;
        this.partitions = partitions;
        this.clock = clock;
    }

    /**
     * Catches up with what is committed, emits and finishes what was left, and goes on from there.
     *
     * @throws dev.millrace.driver.NotDrainedException if a shard that this one came of is not drained
     */
    public void begin() {
        forget();
        long nowMillis = clock.millis();
        StartingPosition from = partitions.use(shardId, driver -> {
            driver.drop();
            driver.tick(nowMillis, position -> false);
            return Positions.next(driver.progress().position());
        });
        iterator = Positions.iterator(stream, shardId, from);
    }

    /**
     * Reads, and applies what comes.
     *
     * @param limit 1 to 10,000 records
     * @param timeout how long to wait for the first
     * @return whether any came
     */
    public boolean read(int limit, Duration timeout) throws InterruptedException {
        String from = iterator;
        if (from == null) {
            return false;
        }
        readMillis = clock.millis();
        ShardRead read = stream.read(from, limit, timeout);
        if (!read.records().isEmpty()) {
            feed(read.records());
        }
        isAtTip = read.records().isEmpty() && read.atTip();
        iterator = read.nextIterator();
        return !read.records().isEmpty();
    }

    private void feed(List<StreamRecord> records) {
        items.clear();
        long bytes = 0;
        for (StreamRecord record : records) {
            SourceRecord whole = Positions.whole(record);
            bytes += whole.data().length;
            KinesisRecords.unpack(whole, items);
        }
        uncommitted += items.size();
        uncommittedBytes += bytes;
        check(partitions.use(shardId, driver -> driver.feed(new Batch(items, readMillis))));
        recordsRead.add(records.size());
        bytesRead.add(bytes);
        lastArrivalMillis = records.get(records.size() - 1).approximateArrival().toEpochMilli();
    }

    /** Commits what was applied, and emits what came of it. */
    public void flush() {
        check(partitions.use(shardId, PartitionDriver::flush));
        forget();
    }

    private void forget() {
        uncommitted = 0;
        uncommittedBytes = 0;
    }

    /** Takes a tick, after a flush; by the last read, and the time before it, the shard is idle or not (T1). */
    public void tick() {
        if (uncommitted > 0) {
            flush();
        }
        boolean isIdle = isAtTip && !hasEnded();
        long awaited = partitions.awaitedMillis();
        partitions.use(shardId, driver -> {
            driver.tick(readMillis, awaited, position -> isIdle);
            return true;
        });
    }

    /** Whether the shard is closed, and all of it was read. */
    public boolean hasEnded() {
        return iterator == null;
    }

    /** Records that were read and applied, those read again included; safe for use by several threads, as are the next two. */
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

    /** Records that are applied and not committed. */
    int uncommitted() {
        return uncommitted;
    }

    /** Bytes of their data. */
    long uncommittedBytes() {
        return uncommittedBytes;
    }

    /** Which record holds up the shard, since it cannot be processed and must not be passed over; null if none does. */
    @Nullable
    String failed() {
        return failed;
    }

    private void check(BatchResult result) {
        if (result instanceof BatchResult.FailedAt at) {
            failed = stream.nameOf(shardId, at.sequenceNumber()) + " cannot be processed: " + at.message()
                    + ". The pipeline's policy is to fail, so its shard waits: mend the record or the code, or choose"
                    + " another policy with onError(...)";
            throw new HeldUpException(failed);
        }
        failed = null;
    }
}
