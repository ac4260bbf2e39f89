package dev.millrace.state;

import dev.millrace.engine.CellChange;
import dev.millrace.engine.Floor;
import dev.millrace.engine.HashRange;
import dev.millrace.engine.KeyedState;
import dev.millrace.engine.Progress;
import dev.millrace.engine.RoutingHash;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What a log begins with that takes over from sealed ones (R3, R4): the same header and the same buckets for the same parents,
 * whoever works them out.
 */
final class Takeover {
    private final LogName name;
    private final Inheritance inheritance;
    private final int itemLimitBytes;

    Takeover(LogName name, Inheritance inheritance, int itemLimitBytes) {
        this.name = name;
        this.inheritance = inheritance;
        this.itemLimitBytes = itemLimitBytes;
    }

    /** The header. Its layout is that of the parents, with more buckets where what two had would not fit one. */
    Header header() {
        int buckets = (int) most(parent -> parent.header().buckets());
        Header header = header(buckets);
        while (!fits(header) && 2 * buckets <= Header.MAX_BUCKETS) {
            buckets *= 2;
            header = header(buckets);
        }
        return header;
    }

    private Header header(int buckets) {
        long watermark = inheritance.parents().stream()
                .mapToLong(parent -> parent.log().progress().watermark())
                .min()
                .orElseThrow();
        return new Header(
                Envelope.VERSION,
                most(parent -> parent.header().epoch()),
                (int) most(parent -> parent.header().ringSlots()),
                buckets,
                // So that what the child writes is newer than what any parent has written (E6).
                most(SealedLog::sealNumber),
                watermark,
                most(parent -> arrival(parent.progress())),
                floors(watermark));
    }

    private long most(ToLongFunction<SealedLog> number) {
        return inheritance.parents().stream()
                .mapToLong(parent -> number.applyAsLong(parent.log()))
                .max()
                .orElseThrow();
    }

    /** When a record would have arrived that alone had brought the watermark about, ticks included (T1). */
    private static long arrival(Progress progress) {
        return progress.arrivalMillis() == Progress.NO_TIME || progress.recordWatermark() == Progress.NO_TIME
                ? progress.arrivalMillis()
                : progress.arrivalMillis() + progress.watermark() - progress.recordWatermark();
    }

    /** R4: each parent's part of the range keeps that parent's watermark, and the floors that it had left itself. */
    private List<Floor> floors(long watermark) {
        List<Floor> floors = new ArrayList<>();
        for (Inheritance.Parent parent : inheritance.parents()) {
            long reached = parent.log().progress().watermark();
            if (reached > watermark) {
                addFloor(floors, parent.range(), reached);
            }
            parent.log().header().floors().stream()
                    .filter(floor -> floor.watermark() > reached)
                    .forEach(floor -> addFloor(floors, floor.range(), floor.watermark()));
        }
        return floors;
    }

    private void addFloor(List<Floor> floors, HashRange range, long watermark) {
        if (range.intersects(inheritance.range())) {
            floors.add(new Floor(range.intersection(inheritance.range()), watermark));
        }
    }

    private boolean fits(Header header) {
        KeyedState state = state(header);
        for (int bucket = 0; bucket < header.buckets(); bucket++) {
            if (state.bucket(bucket).bytes() > Envelope.MAX_CONTENT_BYTES
                    || item(header, state, bucket).bytes() > itemLimitBytes) {
                return false;
            }
        }
        return true;
    }

    /**
     * Some of the buckets, stamped with the start number.
     *
     * @throws BucketFullException if one does not fit its item
     */
    List<StoredItem> buckets(Header header, List<Integer> numbers) {
        KeyedState state = state(header);
        List<StoredItem> items = new ArrayList<>();
        for (int bucket : numbers) {
            StoredItem item = item(header, state, bucket);
            if (item.bytes() > itemLimitBytes) {
                throw StateLimits.full(name, bucket, item.bytes(), itemLimitBytes, state.bucket(bucket));
            }
            items.add(item);
        }
        return items;
    }

    private StoredItem item(Header header, KeyedState state, int bucket) {
        return BucketCodec.encode(ItemKey.bucket(name, header, bucket), header.startNumber(), state.bucket(bucket));
    }

    /**
     * The parents' state in the range, in the buckets of this header. What belongs to no key is left out: a parent has finished
     * what was due before its seal, and then all up to its watermark is done, which its floor says.
     */
    private KeyedState state(Header header) {
        KeyedState state = new KeyedState(header.buckets());
        for (Inheritance.Parent parent : inheritance.parents()) {
            parent.log().state().forEach((id, cells) -> {
                if (!id.isKeyless() && inheritance.range().contains(RoutingHash.of(id.key()))) {
                    cells.forEach((namespace, value) -> state.apply(new CellChange(id, namespace, value)));
                }
            });
        }
        return state;
    }
}
