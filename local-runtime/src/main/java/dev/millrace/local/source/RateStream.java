package dev.millrace.local.source;

import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamRecord;
import dev.millrace.local.lines.PartitionKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Records made at a rate. A record is decided by its number, and so is its time: nothing is stored, and yet each can be read
 * again. Sequence numbers have the number, and the rate in their last nine digits.
 */
final class RateStream implements SourceStream {
    private static final int BLOCK_BYTES = 1 << 16;
    /** Few, since the first record of a block is there only once all are: 256 take some 0.1 ms. */
    private static final int MOST_PER_BLOCK = 256;

    private static final int SPARE_BLOCKS = 256;
    private static final int OVERHEAD_BYTES = 64;
    private static final int RATE_DIGITS = 9;
    private static final BigInteger RATES = BigInteger.TEN.pow(RATE_DIGITS);
    /** Clocks of two machines may differ by so much. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

    private final RateSchedule schedule;
    private final long first;
    private final long earliest;
    private final long end;
    private final Dealer dealer;
    private final Clock clock;
    private final BlockReader blocks;
    private final String rateSuffix;

    /**
     * @param first the number of the first record
     * @param earliest the number of the first record that can be asked for
     * @param count how many there are, or null if there is no end
     */
    RateStream(
            RateSchedule schedule,
            long first,
            long earliest,
            @Nullable Long count,
            RecordTemplate template,
            Dealer dealer,
            PartitionKeys keys,
            Clock clock) {
        this.schedule = schedule;
        this.first = first;
        this.earliest = earliest;
        this.end = count == null ? Long.MAX_VALUE : Math.addExact(first, count);
        this.dealer = dealer;
        this.clock = clock;
        this.rateSuffix =
                RATES.add(BigInteger.valueOf(schedule.perSecond())).toString().substring(1);
        long span = Math.max(1, Math.min(MOST_PER_BLOCK, BLOCK_BYTES / (template.sizeBytes() + OVERHEAD_BYTES)));
        this.blocks = new BlockReader(dealer.shardCount(), span, SPARE_BLOCKS, index -> {
            Block block = new Block(dealer.shardCount());
            RecordTemplate.Writer writer = template.writer();
            for (long number = index * span; number < (index + 1) * span; number++) {
                byte[] data = writer.write(number, schedule.millis(number));
                String key = keys.of(data);
                block.add(dealer.shardOf(key), new Block.Dealt(number, key, data));
            }
            return block;
        });
    }

    @Override
    public String name() {
        return "rate:" + schedule.perSecond();
    }

    @Override
    public boolean expires() {
        return false;
    }

    @Override
    public List<SourceShard> shards() {
        return dealer.shards(end == Long.MAX_VALUE ? null : sequenceNumber(end));
    }

    private String sequenceNumber(long number) {
        return number + rateSuffix;
    }

    @Override
    public String iterator(String shardId, StartingPosition position) {
        int shard = dealer.indexOf(shardId, name());
        return new Dealer.Place(shard, Math.max(earliest, Math.min(end, number(position)))).iterator();
    }

    private long number(StartingPosition position) {
        if (position instanceof StartingPosition.Latest) {
            return Math.max(first, schedule.firstAfter(clock.instant()));
        }
        if (position instanceof StartingPosition.AtTimestamp at) {
            return at.timestamp().isBefore(Instant.EPOCH) ? 0 : schedule.firstAt(at.timestamp());
        }
        if (position instanceof StartingPosition.AtSequenceNumber at) {
            return number(at.sequenceNumber());
        }
        if (position instanceof StartingPosition.AfterSequenceNumber after) {
            return number(after.sequenceNumber()) + 1;
        }
        return first;
    }

    private long number(String sequenceNumber) {
        try {
            BigInteger[] parts = new BigInteger(sequenceNumber).divideAndRemainder(RATES);
            long number = parts[0].longValueExact();
            boolean isOurs = parts[1].longValue() == schedule.perSecond() && number >= 0;
            if (isOurs && schedule.until(number, clock.instant()).compareTo(CLOCK_TOLERANCE) <= 0) {
                return number;
            }
            throw noSuchPosition(sequenceNumber, null);
        } catch (ArithmeticException e) {
            // No number, or one of many digits.
            throw noSuchPosition(sequenceNumber, e);
        } catch (NumberFormatException e) {
            throw noSuchPosition(sequenceNumber, e);
        }
    }

    private StreamReadException noSuchPosition(String sequenceNumber, @Nullable Throwable cause) {
        return new StreamReadException(
                "Sequence number " + sequenceNumber + " is not one that source " + name()
                        + " has come to: its last " + RATE_DIGITS + " digits are the rate, which must stay as it was ("
                        + rateSuffix + "), and what is before them is the number of a record that was due.",
                cause,
                StreamReadException.Kind.NO_SUCH_POSITION);
    }

    @Override
    public ShardRead read(String iterator, int limit, Duration timeout) throws InterruptedException {
        Dealer.Place place = Dealer.Place.of(iterator);
        int shard = place.shard();
        long next = place.position();
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        while (true) {
            long due = Math.min(end, schedule.firstAfter(clock.instant()));
            BlockReader.Found found = find(shard, next, due, limit);
            next = found.next();
            long leftNanos = deadlineNanos - System.nanoTime();
            if (!found.records().isEmpty() || next >= end || leftNanos <= 0) {
                String nextIterator = next >= end ? null : new Dealer.Place(shard, next).iterator();
                return new ShardRead(records(found.records()), nextIterator, next >= due);
            }
            if (next >= due) {
                long dueNanos = schedule.until(next, clock.instant()).toNanos();
                LockSupport.parkNanos(this, Math.max(0, Math.min(leftNanos, dueNanos)));
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private BlockReader.Found find(int shard, long from, long to, int limit) throws InterruptedException {
        try {
            return blocks.read(shard, from, to, limit);
        } catch (IOException e) {
            throw new UncheckedIOException("records that are made are not read", e);
        }
    }

    private List<StreamRecord> records(List<Block.Dealt> found) {
        List<StreamRecord> records = new ArrayList<>(found.size());
        for (Block.Dealt dealt : found) {
            records.add(new StreamRecord(
                    sequenceNumber(dealt.position()),
                    Instant.ofEpochMilli(schedule.millis(dealt.position())),
                    dealt.partitionKey(),
                    ByteBuffer.wrap(dealt.data()).asReadOnlyBuffer()));
        }
        return records;
    }
}
