package dev.millrace.state;

import dev.millrace.engine.Floor;
import dev.millrace.engine.Progress;
import java.util.List;

/**
 * What a log is laid out by. Written once, before anything else, on the condition that none is there; whoever comes later uses
 * the one that is there, whatever its own settings say, since two layouts in one log would lose state.
 *
 * @param formatVersion the version of the stored format that the log was started with
 * @param epoch the life of the partition's log, from 1
 * @param ringSlots R, the slots of the ring: {@link #MIN_RING_SLOTS} or more
 * @param buckets B, the buckets for keys, 1 to {@link #MAX_BUCKETS}; one more holds what belongs to no key
 * @param startNumber n0, the number that the log starts from: 0 for a partition without parents, otherwise the largest
 *     number that sealed a parent. The first entry is the one after it
 * @param startWatermark the watermark before the first entry, in epoch milliseconds, or
 *     {@link Progress#NO_TIME}
 * @param startArrival the arrival that an idle partition's event time goes on from until it has a record of its own (T1), in
 *     epoch milliseconds, or {@link Progress#NO_TIME}
 * @param floors watermarks that only part of the hash range has reached
 */
public record Header(
        int formatVersion,
        long epoch,
        int ringSlots,
        int buckets,
        long startNumber,
        long startWatermark,
        long startArrival,
        List<Floor> floors) {
    public static final int MIN_RING_SLOTS = 4;
    public static final int MAX_RING_SLOTS = 1 << 20;
    public static final int MAX_BUCKETS = 4096;

    public Header {
        if (epoch < 1 || startNumber < 0) {
            throw new IllegalArgumentException("not a header: epoch " + epoch + ", start number " + startNumber);
        }
        checkLayout(ringSlots, buckets);
        floors = List.copyOf(floors);
    }

    /** As below, of the first epoch. */
    static Header first(int ringSlots, int buckets) {
        return first(1, ringSlots, buckets);
    }

    /** Of a log that has nothing to take over. */
    static Header first(long epoch, int ringSlots, int buckets) {
        return new Header(
                Envelope.VERSION, epoch, ringSlots, buckets, 0, Progress.NO_TIME, Progress.NO_TIME, List.of());
    }

    static void checkLayout(int ringSlots, int buckets) {
        if (ringSlots < MIN_RING_SLOTS || ringSlots > MAX_RING_SLOTS || buckets < 1 || buckets > MAX_BUCKETS) {
            throw new IllegalArgumentException("a state log cannot have " + ringSlots + " slots and " + buckets
                    + " buckets: use " + MIN_RING_SLOTS + " to " + MAX_RING_SLOTS + " slots and 1 to " + MAX_BUCKETS
                    + " buckets");
        }
    }

    /** All buckets, the one for what belongs to no key included. */
    int allBuckets() {
        return buckets + 1;
    }

    /** Whether the log takes over the state of others, so that a bucket that is not there is not an empty one. */
    boolean hasParents() {
        return startNumber > 0;
    }
}
