package dev.millrace.engine;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A partition's keyed state as of its last commit, in encoded form, in the buckets that it is stored in. The state log
 * fills and changes it; a task only reads it. Not safe for use by several threads.
 */
public final class KeyedState {
    private final Bucket[] buckets;

    /** @param buckets the number of buckets for keys; one more holds what belongs to no key */
    public KeyedState(int buckets) {
        this.buckets = new Bucket[buckets + 1];
        for (int i = 0; i <= buckets; i++) {
            this.buckets[i] = new Bucket();
        }
    }

    /** The number of buckets for keys; bucket numbers go from 0 to this number, inclusive. */
    public int buckets() {
        return buckets.length - 1;
    }

    /** The cells of a key by namespace, ascending; empty where there are none. A view, not to be changed. */
    public Map<Long, byte[]> cells(KeyId id) {
        return buckets[id.bucket(buckets())].cells(id);
    }

    /** Calls {@code action} with each key that has cells, bucket by bucket. */
    public void forEach(BiConsumer<KeyId, Map<Long, byte[]>> action) {
        for (Bucket bucket : buckets) {
            bucket.cells.forEach(action);
        }
    }

    public Bucket bucket(int number) {
        return buckets[number];
    }

    /** Applies one change, whose bucket is {@code id.bucket(buckets())}. */
    public void apply(CellChange change) {
        buckets[change.id().bucket(buckets())].apply(change);
    }

    /** The state of a slice of the partition's keys. */
    public static final class Bucket {
        private final Map<KeyId, KeyCells> cells = new HashMap<>();
        private long bytes;

        private Bucket() {}

        /** The sum of the lengths of keys and values, in bytes, before compression. */
        public long bytes() {
            return bytes;
        }

        /** All cells by key; a view, not to be changed. */
        public Map<KeyId, Map<Long, byte[]>> cells() {
            return Collections.unmodifiableMap(cells);
        }

        private Map<Long, byte[]> cells(KeyId id) {
            return Objects.requireNonNullElse(cells.get(id), Collections.emptyMap());
        }

        private void apply(CellChange change) {
            byte[] value = change.value();
            if (value != null) {
                KeyCells ofKey = cells.get(change.id());
                if (ofKey == null) {
                    ofKey = new KeyCells();
                    cells.put(change.id(), ofKey);
                }
                bytes += size(change.id(), value) - size(change.id(), ofKey.set(change.namespace(), value));
                return;
            }
            KeyCells ofKey = cells.get(change.id());
            if (ofKey != null) {
                bytes -= size(change.id(), ofKey.drop(change.namespace()));
                if (ofKey.isEmpty()) {
                    cells.remove(change.id());
                }
            }
        }

        private static long size(KeyId id, byte @Nullable [] value) {
            return value == null ? 0 : id.key().length + Long.BYTES + value.length;
        }
    }
}
