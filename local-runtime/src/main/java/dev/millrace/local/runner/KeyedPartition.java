package dev.millrace.local.runner;

import dev.millrace.driver.Batch;
import dev.millrace.driver.BatchItem;
import dev.millrace.driver.BatchResult;
import dev.millrace.driver.EagerDriver;
import dev.millrace.driver.PartitionDriver;
import dev.millrace.driver.ShardInfo;
import dev.millrace.engine.HashRange;
import dev.millrace.engine.Mark;
import dev.millrace.engine.SourceRecord;
import dev.millrace.exchange.ExchangeReader;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.source.ShardRead;
import dev.millrace.local.source.SourceStream;
import dev.millrace.sink.StreamRecord;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A partition of a stage behind a {@code keyBy}: takes what is sent to it straight, and, where others may have sent something
 * before that, what is in the internal stream. For one thread at a time.
 */
public final class KeyedPartition {
    /** Packed records, each of up to 1 MB. */
    private static final int READ_LIMIT = 100;

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final StagePartitions partitions;
    private final ShardInfo shard;
    private final ExchangeReader reader;
    private final SourceStream stream;
    private final Clock clock;
    private boolean hasBegun;

    /** @param stream the stage's internal stream */
    KeyedPartition(
            StagePartitions partitions, ShardInfo shard, ExchangeReader reader, SourceStream stream, Clock clock) {
        this.partitions = partitions;
        this.shard = shard;
        this.reader = reader;
        this.stream = stream;
        this.clock = clock;
    }

    String shardId() {
        return shard.shardId();
    }

    HashRange range() {
        return shard.range();
    }

    long nowMillis() {
        return clock.millis();
    }

    /** Does something with the partition as it is driven at least once. */
    <R> R eager(Function<EagerDriver, R> action) {
        return partitions.use(shardId(), driver -> action.apply(driver.eager()));
    }

    /** As {@link #eager}. */
    void useEager(Consumer<EagerDriver> action) {
        eager(driver -> {
            action.accept(driver);
            return true;
        });
    }

    /** Applies what was sent, to be committed by {@link #flush}; exceptions are as {@link PartitionDriver#feed} says. */
    public void feed(StraightEmitter.Sent sent) throws InterruptedException {
        if (!hasBegun) {
            tick();
        }
        if (sent.mayFollowOthers() && !hasTakenOf(sent)) {
            readStream();
        }
        List<SourceRecord> wholes = sent.records().stream()
                .filter(record -> shardId().equals(record.shardId()))
                .map(this::whole)
                .toList();
        feed(wholes);
    }

    /** Then all of the entries before it was taken: those come first, in the stream or straight. */
    private boolean hasTakenOf(StraightEmitter.Sent sent) {
        return partitions.use(shardId(), driver -> {
            Mark taken = driver.taken(sent.from());
            return taken != null
                    && taken.epoch() == sent.first().epoch()
                    && taken.entry() >= sent.first().number();
        });
    }

    private SourceRecord whole(StreamRecord record) {
        return new SourceRecord(record.partitionKey(), record.data(), null, clock.millis());
    }

    /**
     * Reads the stream to its end, as it is now, and commits what it has, page by page. It is read to its end once a read finds nothing
     * that began late enough to find all that was acknowledged before.
     */
    void readStream() throws InterruptedException {
        StartingPosition from = partitions.use(
                shardId(), driver -> Positions.next(driver.progress().position()));
        String iterator = Positions.iterator(stream, shardId(), from);
        Duration lag = stream.visibilityLag();
        long startNanos = System.nanoTime();
        while (true) {
            boolean isLateEnough = System.nanoTime() - startNanos >= lag.toNanos();
            ShardRead read = stream.read(iterator, READ_LIMIT, lag.compareTo(PAUSE) < 0 ? lag : PAUSE);
            feed(read.records().stream().map(Positions::whole).toList());
            flush();
            if (read.nextIterator() == null || (isLateEnough && read.records().isEmpty() && read.atTip())) {
                return;
            }
            iterator = read.nextIterator();
        }
    }

    private void feed(List<SourceRecord> records) {
        List<BatchItem> items = reader.items(records, shard.range());
        if (!items.isEmpty()) {
            check(partitions.use(shardId(), driver -> driver.feed(new Batch(items, clock.millis()))));
        }
    }

    /** Commits what was applied, and emits what came of it. */
    public void flush() {
        check(partitions.use(shardId(), PartitionDriver::flush));
    }

    /** Catches up, and does what is due. */
    public void tick() {
        // Where a delivery has failed half way there may be some of it.
        flush();
        partitions.use(shardId(), driver -> {
            driver.tick(clock.millis(), position -> false);
            return true;
        });
        hasBegun = true;
    }

    private static void check(BatchResult result) {
        if (result instanceof BatchResult.FailedAt failed) {
            throw new HeldUpException(failed.message());
        }
    }
}
