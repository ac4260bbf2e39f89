package dev.millrace.state;

import java.util.List;
import java.util.Optional;

/**
 * Where the items of state logs lie. Synchronous; safe for use by several threads. There is a single way to write, so that
 * slots, buckets, headers and outputs are all safe against writers that are late (L1, B1): an item is replaced only by
 * one of a larger number.
 *
 * <p>Every method throws {@link StateLogUnavailableException} if the store does not answer; whether a write took place is
 * then unknown.
 */
public interface StateLogStore {
    /** The item of a partition key with the largest sort key, if there is any: the header of a log's largest epoch. */
    Optional<StoredItem> readLast(ItemKey anyOfThem, Consistency consistency);

    /** One item, if it exists. */
    Optional<StoredItem> read(ItemKey key, Consistency consistency);

    /**
     * Items of a partition key in order, beginning with {@code first}'s sort key and looking at {@code count} sort keys at
     * most, fewer if they are too large for one request. Each item is as consistent as asked for, but the run as a whole is no snapshot.
     *
     * @param count at least 1
     */
    ItemPage readRun(ItemKey first, int count, Consistency consistency);

    /** Those of the items that exist, in any order; no snapshot. */
    List<StoredItem> readAll(List<ItemKey> keys, Consistency consistency);

    /** Writes an item if its place is empty or holds a smaller number. */
    PutResult put(StoredItem item);

    /** Deletes an item, whether it exists or not. */
    void delete(ItemKey key);

    /** What has been asked of the store through this object so far, by all threads. */
    Usage usage();
}
