package dev.millrace.state;

import org.jspecify.annotations.Nullable;

/**
 * How a state log is written. Epoch, ring slots and buckets count only for a log that does not exist yet: a log that exists keeps
 * the layout that its header has.
 *
 * @param writerId names the life of the environment that writes, and nothing else ever: two {@link StateLog}s must not
 *     share one, not even one after the other. 1 to 100 characters without a slash
 * @param mappingId the event source mapping that entries are written for, or null for none
 * @param epoch the life that a log begins with; likewise
 * @param ringSlots R
 * @param buckets B
 * @param itemLimitBytes what a whole item may take, at most {@link StoredItem#MAX_BYTES}
 * @param keyLimitBytes what one key's state may take, before compression
 */
public record StateLogSettings(
        String writerId,
        @Nullable String mappingId,
        long epoch,
        int ringSlots,
        int buckets,
        int itemLimitBytes,
        int keyLimitBytes) {
    private static final int RING_SLOTS = 8192;
    private static final int BUCKETS = 256;
    private static final int ITEM_LIMIT_BYTES = 390 * 1024;
    private static final int KEY_LIMIT_BYTES = 350 * 1024;
    private static final int MAX_WRITER_ID = 100;

    public StateLogSettings {
        if (writerId.isEmpty() || writerId.length() > MAX_WRITER_ID || writerId.indexOf('/') >= 0) {
            throw new IllegalArgumentException("'" + writerId + "' cannot be a writer's id: use 1 to " + MAX_WRITER_ID
                    + " characters, none of them a slash");
        }
        if (epoch < 1) {
            throw new IllegalArgumentException("a log's epoch cannot be " + epoch + ": it is 1 or more");
        }
        Header.checkLayout(ringSlots, buckets);
        if (itemLimitBytes < 1 || itemLimitBytes > StoredItem.MAX_BYTES || keyLimitBytes < 1) {
            throw new IllegalArgumentException("limits of " + itemLimitBytes + " bytes for an item and " + keyLimitBytes
                    + " for a key are not within 1 and " + StoredItem.MAX_BYTES);
        }
    }

    /** The defaults. */
    public static StateLogSettings of(String writerId, @Nullable String mappingId) {
        return new StateLogSettings(writerId, mappingId, 1, RING_SLOTS, BUCKETS, ITEM_LIMIT_BYTES, KEY_LIMIT_BYTES);
    }

    /** The same with another epoch for a log that does not exist yet. */
    public StateLogSettings withEpoch(long newEpoch) {
        return new StateLogSettings(writerId, mappingId, newEpoch, ringSlots, buckets, itemLimitBytes, keyLimitBytes);
    }

    /** The same with another layout for a log that does not exist yet. */
    public StateLogSettings withLayout(int newRingSlots, int newBuckets) {
        return new StateLogSettings(
                writerId, mappingId, epoch, newRingSlots, newBuckets, itemLimitBytes, keyLimitBytes);
    }

    /** The same with other limits. */
    public StateLogSettings withLimits(int newItemLimitBytes, int newKeyLimitBytes) {
        return new StateLogSettings(
                writerId, mappingId, epoch, ringSlots, buckets, newItemLimitBytes, newKeyLimitBytes);
    }
}
