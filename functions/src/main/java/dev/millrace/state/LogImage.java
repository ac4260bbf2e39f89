package dev.millrace.state;

import dev.millrace.engine.CellChange;
import dev.millrace.engine.KeyId;
import dev.millrace.engine.KeyedState;
import dev.millrace.engine.Progress;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A log in memory: everything up to its tip, and nothing that is not committed (L2). */
final class LogImage {
    final Header header;
    final KeyedState state;
    final Cover cover;
    final BucketSizes sizes;
    private final long[] loadedStamps;
    private long tip;
    private Progress progress;
    private BucketTurn turn = BucketTurn.START;
    private @Nullable Entry tipEntry;
    private int tipBytes;

    /** A log without any entry. */
    LogImage(Header header) {
        this.header = header;
        this.state = new KeyedState(header.buckets());
        this.cover = new Cover(header.allBuckets(), header.startNumber());
        this.sizes = new BucketSizes(header.allBuckets());
        this.loadedStamps = new long[header.allBuckets()];
        this.tip = header.startNumber();
        this.progress = new Progress(null, header.startArrival(), header.startWatermark(), header.startWatermark());
    }

    /** Takes a bucket's state from the table; before any entry. */
    void applyBucket(int bucket, StoredItem item) {
        BucketCodec.decode(item).forEach(state::apply);
        sizes.measured(bucket, item.bytes(), state.bucket(bucket).bytes());
        cover.learn(new BucketStamp(bucket, item.number()));
        loadedStamps[bucket] = item.number();
    }

    /** Says which entry is the first to apply, when not the one after the header's start number. */
    void startAt(long number) {
        tip = number - 1;
    }

    /**
     * Makes an entry the tip.
     *
     * @param bytes the size of its item
     * @param changed takes the keys that it changed
     */
    void apply(Entry entry, int bytes, Set<KeyId> changed) {
        if (entry.number() != tip + 1) {
            throw new IllegalArgumentException("entry " + entry.number() + " does not follow entry " + tip);
        }
        for (CellChange change : entry.cells()) {
            int bucket = change.id().bucket(header.buckets());
            // B3: a bucket that was written after this entry has the change already, or a later one.
            if (entry.number() > loadedStamps[bucket]) {
                state.apply(change);
                sizes.changed(bucket, change);
                changed.add(change.id());
            }
        }
        entry.landed().forEach(cover::learn);
        tip = entry.number();
        progress = entry.progress();
        turn = entry.turn();
        tipEntry = entry;
        tipBytes = bytes;
    }

    long tip() {
        return tip;
    }

    Progress progress() {
        return progress;
    }

    /** The entry at the tip, or null where the log has none. */
    @Nullable
    Entry tipEntry() {
        return tipEntry;
    }

    boolean isSealed() {
        return tipEntry != null && tipEntry.kind() == Entry.Kind.SEAL;
    }

    SealedLog sealed(LogName name) {
        if (!isSealed()) {
            throw new IllegalStateException("the log of " + name + " is not sealed");
        }
        return new SealedLog(header, tip, progress, state);
    }

    /** The turn of the entry after the tip (B1). */
    BucketTurn nextTurn() {
        return Rotation.next(turn, tipBytes, tip + 1, header, this::bucketBytes);
    }

    /** About what a bucket takes in the table, in bytes. */
    long bucketBytes(int bucket) {
        return sizes.estimate(bucket, state.bucket(bucket).bytes());
    }

    long fullestBucketBytes() {
        return IntStream.range(0, header.allBuckets())
                .mapToLong(this::bucketBytes)
                .max()
                .orElse(0);
    }

    /** All keyed state, before compression, in bytes. */
    long stateBytes() {
        long bytes = 0;
        for (int bucket = 0; bucket < header.allBuckets(); bucket++) {
            bytes += state.bucket(bucket).bytes();
        }
        return bytes;
    }
}
