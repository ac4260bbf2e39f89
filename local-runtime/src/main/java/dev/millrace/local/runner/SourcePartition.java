package dev.millrace.local.runner;

import dev.millrace.driver.Batch;
import dev.millrace.driver.BatchItem;
import dev.millrace.driver.BatchResult;
import dev.millrace.driver.PartitionDriver;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A partition of the stage that reads the source, exactly once: each record is applied as it comes, and committed when its driver
 * says so, with what comes of it.
 */
public final class SourcePartition implements ShardPartition {
    private final ShardInput input;
    private final StagePartitions partitions;
    private int uncommitted;
    private long uncommittedBytes;
    private @Nullable String failed;

    SourcePartition(ShardInput input, StagePartitions partitions) {
        this.input = input;
        this.partitions = partitions;
    }

    @Override
    public void begin() {
        forget();
        input.from(partitions.use(input.shardId(), driver -> {
            driver.drop();
            driver.tick(input.now(), position -> false);
            return Positions.next(driver.progress().position());
        }));
    }

    @Override
    public boolean read(int limit, Duration timeout) throws InterruptedException {
        List<BatchItem> items = input.read(limit, timeout);
        if (items.isEmpty()) {
            return false;
        }
        uncommitted += items.size();
        uncommittedBytes += input.lastHeldBytes();
        check(partitions.use(input.shardId(), driver -> driver.feed(new Batch(items, input.readMillis()))));
        return true;
    }

    @Override
    public void flush() {
        check(partitions.use(input.shardId(), PartitionDriver::flush));
        forget();
    }

    private void forget() {
        uncommitted = 0;
        uncommittedBytes = 0;
    }

    @Override
    public void tick() {
        if (isUncommitted()) {
            flush();
        }
        partitions.tickSource(input);
    }

    @Override
    public boolean isUncommitted() {
        return uncommitted > 0;
    }

    @Override
    public boolean isFull() {
        return uncommitted >= RunnerSettings.MOST_UNCOMMITTED
                || uncommittedBytes >= Math.min(RunnerSettings.MOST_UNCOMMITTED_BYTES, input.replayableBytes());
    }

    @Override
    public @Nullable String failed() {
        return failed;
    }

    @Override
    public ShardInput input() {
        return input;
    }

    private void check(BatchResult result) {
        failed = null;
        if (result instanceof BatchResult.FailedAt at) {
            failed = input.heldUpBy(at);
            throw new HeldUpException(failed);
        }
    }
}
