package dev.millrace.state;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A store that lasts as long as the process. Every read is strong, and costs what the consistency asked for would cost.
 * Safe for use by several threads.
 */
public final class InMemoryStateLogStore implements StateLogStore {
    private final Map<String, NavigableMap<Long, StoredItem>> items = new HashMap<>();
    private final UsageMeter meter = new UsageMeter();

    @Override
    public synchronized Optional<StoredItem> readLast(ItemKey anyOfThem, Consistency consistency) {
        NavigableMap<Long, StoredItem> partition = partition(anyOfThem);
        StoredItem last = partition.isEmpty() ? null : partition.lastEntry().getValue();
        meter.read(UsageMeter.readUnits(bytes(last), consistency));
        return Optional.ofNullable(last);
    }

    @Override
    public synchronized Optional<StoredItem> read(ItemKey key, Consistency consistency) {
        StoredItem item = partition(key).get(key.sortKey());
        meter.read(UsageMeter.readUnits(bytes(item), consistency));
        return Optional.ofNullable(item);
    }

    @Override
    public synchronized ItemPage readRun(ItemKey first, int count, Consistency consistency) {
        long next = first.sortKey() + count;
        List<StoredItem> run =
                new ArrayList<>(partition(first).subMap(first.sortKey(), next).values());
        meter.read(
                UsageMeter.readUnits(run.stream().mapToLong(StoredItem::bytes).sum(), consistency));
        return new ItemPage(run, next);
    }

    @Override
    public synchronized List<StoredItem> readAll(List<ItemKey> keys, Consistency consistency) {
        List<StoredItem> found = new ArrayList<>();
        for (ItemKey key : keys) {
            read(key, consistency).ifPresent(found::add);
        }
        return found;
    }

    @Override
    public synchronized PutResult put(StoredItem item) {
        if (item.bytes() > StoredItem.MAX_BYTES) {
            throw new IllegalArgumentException("item " + item.key() + " of " + item.bytes()
                    + " bytes is larger than an item may be: " + StoredItem.MAX_BYTES);
        }
        StoredItem there = partition(item.key()).get(item.key().sortKey());
        meter.wrote(item.key().kind(), UsageMeter.writeUnits(Math.max(bytes(there), item.bytes())));
        if (there != null && there.number() >= item.number()) {
            return new PutResult.Refused(there);
        }
        partition(item.key()).put(item.key().sortKey(), item);
        return new PutResult.Landed(item.key().kind() == ItemKey.Kind.ENTRY ? there : null);
    }

    @Override
    public synchronized void delete(ItemKey key) {
        StoredItem gone = partition(key).remove(key.sortKey());
        meter.wrote(key.kind(), UsageMeter.writeUnits(bytes(gone)));
    }

    @Override
    public Usage usage() {
        return meter.total();
    }

    private NavigableMap<Long, StoredItem> partition(ItemKey key) {
        return items.computeIfAbsent(key.partitionKey(), ignored -> new TreeMap<>());
    }

    private static long bytes(@Nullable StoredItem item) {
        return item == null ? 0 : item.bytes();
    }
}
