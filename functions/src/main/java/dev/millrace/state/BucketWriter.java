package dev.millrace.state;

import dev.millrace.engine.KeyedState;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/** Writes buckets: those whose turn it is (B1), and those that stand in the way of the next entry (B2). */
final class BucketWriter {
    private final StateLogStore store;
    private final LogName name;
    private final int itemLimitBytes;
    private final Set<Integer> due = new LinkedHashSet<>();
    private long landed;
    private long refused;
    private long failed;

    BucketWriter(StateLogStore store, LogName name, int itemLimitBytes) {
        this.store = store;
        this.name = name;
        this.itemLimitBytes = itemLimitBytes;
    }

    /** Takes note of the buckets that an entry of this writer makes due. */
    void due(BucketTurn turn, Header header) {
        turn.buckets(header.allBuckets()).forEach(due::add);
    }

    /**
     * Writes due buckets, as many as one entry can make due. What remains, or fails, stays due: the next call goes on with
     * it, and if there is none, the rotation comes round (B1) before an entry is in danger (B2).
     */
    void writeDue(LogImage image) {
        Iterator<Integer> next = due.iterator();
        for (int left = Rotation.most(image.header); left > 0 && next.hasNext(); left--) {
            try {
                write(image, next.next());
            } catch (StateLogUnavailableException e) {
                failed++;
                return;
            }
            next.remove();
        }
    }

    /** B2: before entry {@code number} overwrites the one a lap before, writes every bucket that still needs that one. */
    void cover(LogImage image, long number) {
        long overwritten = number - image.header.ringSlots();
        if (overwritten > image.header.startNumber()) {
            for (int bucket : image.cover.needing(overwritten)) {
                write(image, bucket);
                due.remove(bucket);
            }
        }
    }

    private void write(LogImage image, int number) {
        KeyedState.Bucket bucket = image.state.bucket(number);
        StoredItem item = BucketCodec.encode(ItemKey.bucket(name, image.header, number), image.tip(), bucket);
        if (item.bytes() > itemLimitBytes) {
            throw StateLimits.full(name, number, item.bytes(), itemLimitBytes, bucket);
        }
        image.sizes.measured(number, item.bytes(), bucket.bytes());
        PutResult result = store.put(item);
        if (result instanceof PutResult.Refused newer) {
            // As good as landed: what is there is newer, and its stamp is worth knowing.
            image.cover.learnAndTell(new BucketStamp(number, newer.there().number()));
            refused++;
        } else {
            image.cover.learnAndTell(new BucketStamp(number, image.tip()));
            landed++;
        }
    }

    long landed() {
        return landed;
    }

    long refused() {
        return refused;
    }

    long failed() {
        return failed;
    }
}
