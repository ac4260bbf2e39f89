package dev.millrace.state;

import dev.millrace.engine.KeyId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** B3: builds a log in memory from what is stored. Writes nothing itself. */
final class LogLoader {
    /** A writer would have to lap the reader this often: ten rings within ten reads. */
    private static final int ATTEMPTS = 10;

    private static final int FIRST_RUN = 32;

    /**
     * A loaded log.
     *
     * @param entries how many entries were read beside the buckets
     * @param startedOver whether a first attempt met with something that it could not use
     */
    record Loaded(LogImage image, int entries, boolean startedOver) {}

    /** Is told which buckets a strong read has not found, of a log in which none may be missing (R3). */
    interface AbsentBuckets {
        void found(List<Integer> absent);
    }

    private final StateLogStore store;
    private final LogName name;
    private final Header header;

    LogLoader(StateLogStore store, LogName name, Header header) {
        this.store = store;
        this.name = name;
        this.header = header;
    }

    /** The header of the log's largest epoch, if it has any. */
    static Optional<Header> header(StateLogStore store, LogName name, Consistency consistency) {
        return store.readLast(ItemKey.header(name, 0), consistency).map(HeaderCodec::decode);
    }

    /** Loads with this consistency at first, and strongly from the second attempt on, so that it ends. */
    Loaded load(Consistency consistency, AbsentBuckets absentBuckets) {
        Consistency current = consistency;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            LogImage image = new LogImage(header);
            int entries = load(image, current, absentBuckets);
            if (entries >= 0) {
                return new Loaded(image, entries, attempt > 0);
            }
            current = Consistency.STRONG;
        }
        throw new StateLogUnavailableException(
                "the log of " + name + ", epoch " + header.epoch() + ", could not be loaded in " + ATTEMPTS
                        + " attempts: it is written to faster than it can be read"
                        + (header.hasParents() ? ", or not all of its buckets are there yet" : ""),
                null);
    }

    /** The number of entries read, or -1 where the reads do not fit together. */
    private int load(LogImage image, Consistency consistency, AbsentBuckets absentBuckets) {
        List<Integer> absent = loadBuckets(image, consistency);
        // R3: where a log has parents, a bucket that is not there is never empty state.
        if (header.hasParents() && !absent.isEmpty()) {
            if (consistency == Consistency.STRONG) {
                absentBuckets.found(absent);
            }
            return -1;
        }
        long smallest = image.cover.smallest();
        // Inclusive, so that the tip and its outbox are always read. There is no entry of the start number.
        long first = smallest == header.startNumber() ? smallest + 1 : smallest;
        long largest = image.cover.largest();
        image.startAt(first);
        RingReader ring = new RingReader(store, name, header, first, FIRST_RUN, consistency);
        Set<KeyId> ignored = new HashSet<>();
        int entries = 0;
        for (StoredItem item = ring.next(); item != null; item = ring.next()) {
            image.apply(EntryCodec.decode(item), item.bytes(), ignored);
            entries++;
        }
        return ring.lapped() || image.tip() < largest ? -1 : entries;
    }

    /** The buckets that are not there. */
    private List<Integer> loadBuckets(LogImage image, Consistency consistency) {
        Map<ItemKey, Integer> absent = new LinkedHashMap<>();
        for (int bucket = 0; bucket < header.allBuckets(); bucket++) {
            absent.put(ItemKey.bucket(name, header, bucket), bucket);
        }
        for (StoredItem item : store.readAll(List.copyOf(absent.keySet()), consistency)) {
            Integer bucket = absent.remove(item.key());
            if (bucket != null) {
                image.applyBucket(bucket, item);
            }
        }
        return List.copyOf(absent.values());
    }
}
