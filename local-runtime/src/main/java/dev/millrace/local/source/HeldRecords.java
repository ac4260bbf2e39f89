package dev.millrace.local.source;

import dev.millrace.local.kinesis.StreamRecord;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Records of several shards that came and have not been passed by their readers, at most so many bytes of them in all; and as
 * many bytes that were passed last, for a reader that goes back to where it has committed. They are numbered over all
 * shards; a place in a shard is the number of the last record before it. Safe for several threads.
 */
final class HeldRecords {
    private record Held(long number, StreamRecord record) {
        int bytes() {
            return SourceStream.heldBytes(record);
        }
    }

    private static final class Shard {
        private final Deque<Held> held = new ArrayDeque<>();
        private final Deque<Held> passed = new ArrayDeque<>();
        private final Condition arrived;
        private long forgotten;
        private long newest;
        private long passedBytes;

        Shard(Condition arrived) {
            this.arrived = arrived;
        }
    }

    /** What {@link #read} found; {@code isOver} if nothing will follow. */
    record Found(List<StreamRecord> records, long next, boolean isTip, boolean isOver) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition space = lock.newCondition();
    private final List<Shard> shards = new ArrayList<>();
    private final int capacityBytes;
    /** Of records that have not been passed. */
    private long bytes;

    private long count;
    private boolean hasEnded;

    /** @param first the number that comes before that of the first record */
    HeldRecords(int shardCount, int capacityBytes, long first) {
        this.capacityBytes = capacityBytes;
        this.count = first;
        for (int i = 0; i < shardCount; i++) {
            Shard shard = new Shard(lock.newCondition());
            shard.forgotten = first;
            shard.newest = first;
            shards.add(shard);
        }
    }

    /** Adds a record, whose sequence number is its number; waits for space. One that has more than all space comes alone. */
    void add(int index, String key, ByteBuffer data, Instant arrival) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Held held = new Held(count + 1, new StreamRecord(Long.toString(count + 1), arrival, key, data));
            while (bytes > 0 && bytes + held.bytes() > capacityBytes) {
                space.await();
            }
            count++;
            bytes += held.bytes();
            Shard shard = shards.get(index);
            shard.held.add(held);
            shard.newest = count;
            shard.arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Says that no more will come. */
    void end() {
        lock.lock();
        try {
            hasEnded = true;
            shards.forEach(shard -> shard.arrived.signalAll());
        } finally {
            lock.unlock();
        }
    }

    /** The number of the last record; null as long as more may come. */
    @Nullable
    Long finalCount() {
        lock.lock();
        try {
            return hasEnded ? count : null;
        } finally {
            lock.unlock();
        }
    }

    /** How many bytes have not been passed. */
    long heldBytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /** The first place that can be read from. */
    long oldest(int index) {
        lock.lock();
        try {
            return shards.get(index).forgotten;
        } finally {
            lock.unlock();
        }
    }

    /** The place after all that is there. */
    long newest(int index) {
        lock.lock();
        try {
            return shards.get(index).newest;
        } finally {
            lock.unlock();
        }
    }

    /** The place before the first record that arrived then or later. */
    long before(int index, Instant arrival) {
        lock.lock();
        try {
            Shard shard = shards.get(index);
            return Stream.concat(shard.passed.stream(), shard.held.stream())
                    .filter(held -> !held.record().approximateArrival().isBefore(arrival))
                    .findFirst()
                    .map(held -> held.number() - 1)
                    .orElse(shard.newest);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Reads on from a place; what is before it is passed. Waits while there is nothing.
     *
     * @return null if what follows that place has been forgotten
     */
    @Nullable
    Found read(int index, long from, int limit, Duration timeout) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Shard shard = shards.get(index);
            if (from < shard.forgotten) {
                return null;
            }
            goBack(shard, from);
            pass(shard, from);
            long leftNanos = timeout.toNanos();
            while (shard.held.isEmpty() && !hasEnded && leftNanos > 0) {
                leftNanos = shard.arrived.awaitNanos(leftNanos);
            }
            List<StreamRecord> records = new ArrayList<>(Math.min(limit, shard.held.size()));
            long next = from;
            for (Held held : shard.held) {
                if (records.size() == limit) {
                    return new Found(records, next, false, false);
                }
                records.add(held.record());
                next = held.number();
            }
            return new Found(records, next, true, hasEnded);
        } finally {
            lock.unlock();
        }
    }

    private void goBack(Shard shard, long from) {
        for (Held last = shard.passed.peekLast();
                last != null && last.number() > from;
                last = shard.passed.peekLast()) {
            shard.held.addFirst(shard.passed.removeLast());
            shard.passedBytes -= last.bytes();
            bytes += last.bytes();
        }
    }

    private void pass(Shard shard, long from) {
        for (Held first = shard.held.peek(); first != null && first.number() <= from; first = shard.held.peek()) {
            shard.passed.add(shard.held.remove());
            shard.passedBytes += first.bytes();
            bytes -= first.bytes();
            space.signal();
        }
        // Of this shard only: what another may have to read again does not depend on how much comes here.
        while (shard.passedBytes > capacityBytes / shards.size()) {
            Held forgotten = shard.passed.remove();
            shard.passedBytes -= forgotten.bytes();
            shard.forgotten = forgotten.number();
        }
    }
}
