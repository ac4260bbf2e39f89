package dev.millrace.state;

import dev.millrace.engine.CellChange;
import dev.millrace.engine.Changes;
import dev.millrace.engine.KeyId;
import dev.millrace.engine.KeyedState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** B4: refuses changes that would make a key's state or a bucket too large, before anything is written. */
final class StateLimits {
    private final LogName name;
    private final StateLogSettings settings;

    StateLimits(LogName name, StateLogSettings settings) {
        this.name = name;
        this.settings = settings;
    }

    /**
     * Checks what the state would be. Compresses a bucket only where a bound on its size does not settle the matter.
     *
     * @return the sizes of items that had to be measured, by bucket
     */
    Map<Integer, Integer> check(LogImage image, Changes changes) {
        Map<Integer, List<CellChange>> byBucket = new TreeMap<>();
        for (CellChange change : changes.cells()) {
            int bucket = change.id().bucket(image.header.buckets());
            byBucket.computeIfAbsent(bucket, ignored -> new ArrayList<>()).add(change);
        }
        Map<Integer, Integer> measured = new HashMap<>();
        byBucket.forEach((bucket, ofBucket) -> {
            long added = ofBucket.stream().mapToLong(BucketSizes::cost).sum();
            long content = image.state.bucket(bucket).bytes() + added;
            if (content > settings.keyLimitBytes()) {
                checkKeys(image.state, ofBucket);
            }
            if (image.sizes.bound(bucket) + added > settings.itemLimitBytes() || content > Envelope.MAX_CONTENT_BYTES) {
                measured.put(bucket, measure(image, bucket, ofBucket));
            }
        });
        return measured;
    }

    private void checkKeys(KeyedState state, List<CellChange> changes) {
        Map<KeyId, Map<Long, byte[]>> changed = new HashMap<>();
        for (CellChange change : changes) {
            Map<Long, byte[]> cells = changed.computeIfAbsent(change.id(), id -> new HashMap<>(state.cells(id)));
            byte[] value = change.value();
            if (value == null) {
                cells.remove(change.namespace());
            } else {
                cells.put(change.namespace(), value);
            }
        }
        changed.forEach((id, cells) -> {
            long bytes = bytes(id, cells);
            if (bytes > settings.keyLimitBytes()) {
                throw new KeyStateTooLargeException(name, id, bytes, settings.keyLimitBytes());
            }
        });
    }

    private int measure(LogImage image, int number, List<CellChange> changes) {
        KeyedState future = new KeyedState(image.header.buckets());
        image.state
                .bucket(number)
                .cells()
                .forEach((id, cells) ->
                        cells.forEach((namespace, value) -> future.apply(new CellChange(id, namespace, value))));
        changes.forEach(future::apply);
        KeyedState.Bucket bucket = future.bucket(number);
        int bytes = BucketCodec.encode(ItemKey.bucket(name, image.header, number), image.tip() + 1, bucket)
                .bytes();
        if (bytes > settings.itemLimitBytes() || bucket.bytes() > Envelope.MAX_CONTENT_BYTES) {
            throw full(name, number, bytes, settings.itemLimitBytes(), bucket);
        }
        return bytes;
    }

    static BucketFullException full(LogName name, int number, long bytes, long limit, KeyedState.Bucket bucket) {
        Map.Entry<KeyId, Map<Long, byte[]>> largest = bucket.cells().entrySet().stream()
                .max((left, right) ->
                        Long.compare(bytes(left.getKey(), left.getValue()), bytes(right.getKey(), right.getValue())))
                .orElseThrow();
        return new BucketFullException(
                name, number, bytes, limit, largest.getKey(), bytes(largest.getKey(), largest.getValue()));
    }

    private static long bytes(KeyId id, Map<Long, byte[]> cells) {
        long bytes = 0;
        for (byte[] value : cells.values()) {
            bytes += id.key().length + Long.BYTES + value.length;
        }
        return bytes;
    }
}
