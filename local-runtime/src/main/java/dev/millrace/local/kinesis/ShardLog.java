package dev.millrace.local.kinesis;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of one shard, in order, in segments.
 *
 * <p>Appends take the lock; reads do not, they see what was complete when they began ({@link ShardReader}). Ordinals and
 * arrival times never decrease. Segments whose records have all expired are removed by {@link #trim}.
 */
final class ShardLog {
    private static final Logger LOG = LoggerFactory.getLogger(ShardLog.class);

    private final SegmentStore store;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final CRC32C crc = new CRC32C();
    private volatile List<Segment> segments;
    private volatile long nextOrdinal;
    private volatile long trimOrdinal;
    private volatile boolean sealed;
    private volatile Oldest oldest = new Oldest(-1, Long.MIN_VALUE);
    private long lastArrivalMillis;

    /** When the record at the trim horizon arrived; saves looking it up for every read. */
    private record Oldest(long ordinal, long arrivalMillis) {}

    private ShardLog(SegmentStore store, List<Segment> segments, long nextOrdinal, long trimOrdinal)
            throws IOException {
        this.store = store;
        this.segments = List.copyOf(segments);
        this.nextOrdinal = nextOrdinal;
        // Trimming removes whole segments without a trace in the catalog.
        this.trimOrdinal = Math.max(trimOrdinal, segments.get(0).baseOrdinal());
        this.lastArrivalMillis = newest().lastArrivalMillis();
        if (lastArrivalMillis == Long.MIN_VALUE && segments.size() > 1) {
            lastArrivalMillis = segments.get(segments.size() - 2).lastArrivalMillis();
        }
    }

    /** Opens a shard's log, with the records of an earlier process if the store has any. */
    static ShardLog open(SegmentStore store, ShardDescription shard) throws IOException {
        SegmentStore.Recovered found = store.recover();
        long next = Math.max(found.nextOrdinal(), shard.startOrdinal() + 1);
        List<Segment> segments =
                found.segments().isEmpty() ? List.of(store.create(next, -1)) : List.copyOf(found.segments());
        ShardLog log = new ShardLog(store, segments, next, shard.trimOrdinal());
        log.sealed = !shard.open();
        return log;
    }

    /** Bytes that an entry takes up in a log. */
    static long storedBytes(PutEntry entry) {
        return Frame.OVERHEAD_BYTES
                + (long) entry.partitionKey().getBytes(StandardCharsets.UTF_8).length
                + entry.data().remaining();
    }

    /** Appends the entries in one write, and returns the ordinal of the first; -1 if the log takes no more. */
    long append(List<PutEntry> entries, long nowMillis) throws IOException {
        long bytes = 0;
        List<byte[]> keys = new ArrayList<>(entries.size());
        for (PutEntry entry : entries) {
            byte[] key = entry.partitionKey().getBytes(StandardCharsets.UTF_8);
            keys.add(key);
            bytes += Frame.OVERHEAD_BYTES + (long) key.length + entry.data().remaining();
        }
        ByteBuffer frames = ByteBuffer.allocate(Math.toIntExact(bytes));
        lock.lock();
        try {
            if (sealed) {
                return -1;
            }
            Segment target = segmentWithRoomFor(frames.capacity());
            long first = nextOrdinal;
            long arrival = Math.max(nowMillis, lastArrivalMillis);
            int[] starts = new int[keys.size()];
            for (int i = 0; i < starts.length; i++) {
                starts[i] = target.length() + frames.position();
                Frame.write(
                        frames,
                        crc,
                        first + i,
                        arrival,
                        keys.get(i),
                        entries.get(i).data());
            }
            target.append(frames.flip());
            lastArrivalMillis = arrival;
            target.setLastArrivalMillis(arrival);
            // In this order, because readers take no lock: the index leads only to what may be read, and the new
            // ordinal
            // is known only once the index leads there.
            target.setLength(target.length() + frames.limit());
            SparseIndex index = target.index();
            for (int i = 0; i < starts.length; i++) {
                index.offer(first + i, arrival, starts[i]);
            }
            nextOrdinal = first + starts.length;
            signal();
            return first;
        } finally {
            lock.unlock();
        }
    }

    private Segment segmentWithRoomFor(int bytes) throws IOException {
        Segment newest = newest();
        if (newest.length() == 0 || newest.length() + (long) bytes <= store.segmentBytes()) {
            return newest;
        }
        return roll();
    }

    private Segment roll() throws IOException {
        Segment last = newest();
        Segment next = store.create(nextOrdinal, last.length());
        last.seal();
        List<Segment> grownList = new ArrayList<>(segments);
        grownList.add(next);
        segments = List.copyOf(grownList);
        return next;
    }

    private Segment newest() {
        return segments.get(segments.size() - 1);
    }

    /** Removes what arrived before that time, so that no read finds it again, even if retention grows later. */
    void trim(long expiryMillis) throws IOException {
        if (oldest.ordinal() == trimOrdinal && oldest.arrivalMillis() >= expiryMillis) {
            return;
        }
        ShardReader reader = new ShardReader(this);
        long first = reader.firstOrdinalArrivedSince(expiryMillis);
        lock.lock();
        try {
            trimOrdinal = Math.max(trimOrdinal, first);
            if (newest().length() > 0 && nextOrdinal <= trimOrdinal && !sealed) {
                roll();
            }
            List<Segment> kept = new ArrayList<>(segments);
            while (kept.size() > 1 && kept.get(1).baseOrdinal() <= trimOrdinal) {
                Segment gone = kept.remove(0);
                segments = List.copyOf(kept);
                delete(gone);
            }
        } finally {
            lock.unlock();
        }
        long arrivalMillis = reader.arrivalOf(first);
        if (arrivalMillis != Long.MAX_VALUE) {
            oldest = new Oldest(first, arrivalMillis);
        }
    }

    private static void delete(Segment segment) {
        try {
            segment.delete();
        } catch (IOException e) {
            // The file stays behind (on Windows, while it is being read). It is outside the log, so nothing is lost.
            LOG.debug("Could not delete an expired segment", e);
        }
    }

    /** Takes no more appends; returns an ordinal larger than all there are. */
    long seal() {
        lock.lock();
        try {
            sealed = true;
            signal();
            return nextOrdinal;
        } finally {
            lock.unlock();
        }
    }

    /** Takes appends again, if what it was sealed for could not be done. */
    void unseal() {
        lock.lock();
        try {
            sealed = false;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is a record with that ordinal or a larger one, or no more records will come. */
    boolean awaitOrdinal(long ordinal, Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (nextOrdinal <= ordinal && !sealed) {
                if (left <= 0) {
                    return false;
                }
                left = grown.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Calls this whenever there may be more to read, or nothing more is to come. It is called by whoever appends, before
     * the next one can: it must neither wait nor throw.
     */
    void addListener(Runnable listener) {
        listeners.add(listener);
    }

    void removeListener(Runnable listener) {
        listeners.remove(listener);
    }

    void callListeners() {
        listeners.forEach(Runnable::run);
    }

    private void signal() {
        grown.signalAll();
        callListeners();
    }

    List<Segment> segments() {
        return segments;
    }

    /** The ordinal that the next record will have. */
    long nextOrdinal() {
        return nextOrdinal;
    }

    /** Records below this one are gone. */
    long trimOrdinal() {
        return trimOrdinal;
    }

    boolean sealed() {
        return sealed;
    }

    /** Ends appends and closes files; what is stored stays. */
    void close() throws IOException {
        lock.lock();
        try {
            sealed = true;
            newest().seal();
            signal();
        } finally {
            lock.unlock();
        }
    }

    /** Removes everything. */
    void delete() {
        lock.lock();
        try {
            sealed = true;
            segments.forEach(ShardLog::delete);
            signal();
        } finally {
            lock.unlock();
        }
    }
}
