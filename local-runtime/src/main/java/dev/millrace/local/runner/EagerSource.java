package dev.millrace.local.runner;

import dev.millrace.driver.BatchItem;
import dev.millrace.driver.BatchResult;
import dev.millrace.driver.EagerDriver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A partition of the stage that reads the source, at least once: what comes of records leaves at once. What comes together is taken
 * together, so that while records are few each is handed over by itself, and while they are many values of one key are aggregated
 * first.
 */
final class EagerSource implements ShardPartition {
    private static final int MOST_TOGETHER = 50_000;
    private static final long LONGEST_TOGETHER_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final ShardInput input;
    private final StagePartitions partitions;
    private final Downstream downstream;
    private int together;
    private long togetherSinceNanos;
    private long uncommittedBytes;
    private @Nullable String failed;

    EagerSource(ShardInput input, StagePartitions partitions, Downstream downstream) {
        this.input = input;
        this.partitions = partitions;
        this.downstream = downstream;
    }

    @Override
    public void begin() {
        together = 0;
        uncommittedBytes = 0;
        input.from(partitions.use(input.shardId(), driver -> {
            driver.eager().drop();
            driver.tick(input.now(), position -> false);
            driver.eager().begin();
            return Positions.next(driver.progress().position());
        }));
        downstream.begin();
    }

    @Override
    public boolean read(int limit, Duration timeout) throws InterruptedException {
        List<BatchItem> items = input.read(limit, together > 0 ? Duration.ZERO : timeout);
        BatchResult.@Nullable FailedAt failedAt = items.isEmpty() ? null : apply(items);
        boolean mayWait = items.size() >= limit
                && together < MOST_TOGETHER
                && System.nanoTime() - togetherSinceNanos < LONGEST_TOGETHER_NANOS;
        if (together > 0 && (!mayWait || failedAt != null)) {
            together = 0;
            use(driver -> {
                driver.emit();
                downstream.handOver(driver);
            });
        }
        failed = null;
        if (failedAt != null) {
            flush();
            failed = input.heldUpBy(failedAt);
            throw new HeldUpException(failed);
        }
        return !items.isEmpty();
    }

    private BatchResult.@Nullable FailedAt apply(List<BatchItem> items) {
        if (together == 0) {
            togetherSinceNanos = System.nanoTime();
        }
        together += items.size();
        uncommittedBytes += input.lastHeldBytes();
        Partition applying = new Partition(items);
        use(applying);
        return applying.failedAt;
    }

    /** An object rather than a lambda: a result that may be null. */
    private final class Partition implements Consumer<EagerDriver> {
        private final List<BatchItem> items;
        private BatchResult.@Nullable FailedAt failedAt;

        Partition(List<BatchItem> items) {
            this.items = items;
        }

        @Override
        public void accept(EagerDriver driver) {
            failedAt = driver.apply(items, input.readMillis(), () -> downstream.commit(driver, input.now()));
        }
    }

    @Override
    public void flush() {
        together = 0;
        uncommittedBytes = 0;
        use(driver -> {
            if (driver.isUncommitted()) {
                downstream.commit(driver, input.now());
            }
        });
    }

    private void use(Consumer<EagerDriver> action) {
        partitions.use(input.shardId(), driver -> {
            action.accept(driver.eager());
            return true;
        });
    }

    @Override
    public void tick() {
        flush();
        partitions.tickSource(input);
        use(EagerDriver::begin);
    }

    @Override
    public boolean isUncommitted() {
        return partitions.use(input.shardId(), driver -> driver.eager().isUncommitted());
    }

    @Override
    public boolean isFull() {
        return uncommittedBytes >= input.replayableBytes()
                || partitions.use(input.shardId(), driver -> driver.eager().changedKeys())
                        >= RunnerSettings.MOST_CHANGED_KEYS;
    }

    @Override
    public @Nullable String failed() {
        return failed;
    }

    @Override
    public ShardInput input() {
        return input;
    }
}
