package dev.millrace.local.runner;

import dev.millrace.driver.Batch;
import dev.millrace.driver.BatchItem;
import dev.millrace.driver.BatchResult;
import dev.millrace.driver.NotDrainedException;
import dev.millrace.driver.PartitionDriver;
import dev.millrace.engine.SourceRecord;
import dev.millrace.lambda.KinesisRecords;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamRecord;
import dev.millrace.local.source.ShardRead;
import dev.millrace.local.source.SourceStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that reads one shard of the source, applies each record as it comes, and commits now and then. While it commits and
 * emits it does not read, so that a sink or a stage that is slow slows it down. What fails is tried again from the last
 * commit, after a while.
 */
final class ShardRunner implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ShardRunner.class);
    private static final long FIRST_BACKOFF_MILLIS = 100;
    private static final long LAST_BACKOFF_MILLIS = 5_000;
    private static final long PARENTS_MILLIS = 100;
    private static final long LONGEST_WAIT_MILLIS = 500;
    private static final int READ_LIMIT = 1_000;

    private final SourceStream stream;
    private final String shardId;
    private final StagePartitions partitions;
    private final RunnerSettings settings;
    private final CountDownLatch stop;

    private final List<BatchItem> items = new ArrayList<>();
    private int uncommitted;
    private long uncommittedBytes;
    private long commitByNanos;
    private long tickByNanos;
    private long backoffMillis = FIRST_BACKOFF_MILLIS;
    private volatile boolean hasEnded;
    private volatile @Nullable String heldUp;

    /** @param stop counts down to zero when the runner is to end */
    ShardRunner(
            SourceStream stream,
            String shardId,
            StagePartitions partitions,
            RunnerSettings settings,
            CountDownLatch stop) {
        this.stream = stream;
        this.shardId = shardId;
        this.partitions = partitions;
        this.settings = settings;
        this.stop = stop;
    }

    /** Whether all of the shard is committed, and nothing more will come. */
    boolean hasEnded() {
        return hasEnded;
    }

    /** Which record holds up the shard, since it cannot be processed and must not be passed over; null if none does. */
    @Nullable
    String heldUp() {
        return heldUp;
    }

    @Override
    public void run() {
        try {
            while (!isStopped() && !hasEnded) {
                try {
                    go();
                } catch (NotDrainedException e) {
                    LOG.debug("Shard {} waits for those that it came of: {}", shardId, e.getMessage());
                    await(PARENTS_MILLIS);
                } catch (RuntimeException e) {
                    LOG.warn(
                            "Shard {} of {} goes on from its last commit in {} ms: {}",
                            shardId,
                            stream.name(),
                            backoffMillis,
                            e.toString());
                    LOG.debug("The failure", e);
                    await(backoffMillis);
                    backoffMillis = Math.min(2 * backoffMillis, LAST_BACKOFF_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isStopped() {
        return stop.getCount() == 0;
    }

    private void await(long millis) throws InterruptedException {
        boolean unused = stop.await(millis, TimeUnit.MILLISECONDS);
    }

    /** From the last commit on, until the shard ends or is to end. */
    private void go() throws InterruptedException {
        @Nullable String iterator = begin();
        while (iterator != null && !isStopped()) {
            iterator = step(iterator);
        }
        if (uncommitted > 0) {
            flush();
        }
        hasEnded = iterator == null;
    }

    private String begin() {
        forget();
        long nowMillis = settings.clock().millis();
        StartingPosition from = partitions.use(shardId, driver -> {
            // Takes over, and emits and finishes what was left.
            driver.tick(nowMillis, position -> false);
            return Positions.next(driver.progress().position());
        });
        tickByNanos = System.nanoTime() + settings.tickInterval().toNanos();
        return stream.iterator(shardId, from);
    }

    /** @return where to go on; null at the shard's end */
    private @Nullable String step(String iterator) throws InterruptedException {
        long nowMillis = settings.clock().millis();
        ShardRead read = stream.read(iterator, READ_LIMIT, Duration.ofNanos(waitNanos()));
        if (!read.records().isEmpty()) {
            feed(read.records());
        }
        if (uncommitted > 0 && (isFull() || System.nanoTime() - commitByNanos >= 0)) {
            flush();
        }
        if (read.records().isEmpty() && System.nanoTime() - tickByNanos >= 0) {
            tick(nowMillis, read.atTip());
        }
        return read.nextIterator();
    }

    /** Until something is to be done though nothing comes. */
    private long waitNanos() {
        long now = System.nanoTime();
        long wait = tickByNanos - now;
        if (uncommitted > 0) {
            wait = Math.min(wait, commitByNanos - now);
        }
        return Math.max(0, Math.min(wait, TimeUnit.MILLISECONDS.toNanos(LONGEST_WAIT_MILLIS)));
    }

    private boolean isFull() {
        return uncommitted >= RunnerSettings.MOST_UNCOMMITTED
                || uncommittedBytes >= RunnerSettings.MOST_UNCOMMITTED_BYTES;
    }

    private void feed(List<StreamRecord> records) {
        items.clear();
        for (StreamRecord record : records) {
            SourceRecord whole = Positions.whole(record);
            uncommittedBytes += whole.data().length;
            KinesisRecords.unpack(whole, items);
        }
        if (uncommitted == 0) {
            commitByNanos = System.nanoTime() + settings.commitInterval().toNanos();
        }
        uncommitted += items.size();
        long nowMillis = settings.clock().millis();
        check(partitions.use(shardId, driver -> driver.feed(new Batch(items, nowMillis))));
    }

    private void flush() {
        check(partitions.use(shardId, PartitionDriver::flush));
        forget();
        backoffMillis = FIRST_BACKOFF_MILLIS;
    }

    private void forget() {
        uncommitted = 0;
        uncommittedBytes = 0;
    }

    /** @param nowMillis from before the read that has found whether the shard is at its tip (T1) */
    private void tick(long nowMillis, boolean isAtTip) {
        if (uncommitted > 0) {
            flush();
        }
        long awaited = partitions.awaitedMillis();
        partitions.use(shardId, driver -> {
            driver.tick(nowMillis, awaited, position -> isAtTip);
            return true;
        });
        tickByNanos = System.nanoTime() + settings.tickInterval().toNanos();
    }

    private void check(BatchResult result) {
        if (result instanceof BatchResult.FailedAt failed) {
            heldUp = "record " + failed.sequenceNumber() + " of " + shardId
                    + " cannot be processed, and holds up its shard: " + failed.message();
            throw new IllegalStateException(heldUp);
        }
        heldUp = null;
    }
}
