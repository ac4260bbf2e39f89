package dev.millrace.state;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Reads a ring from one entry on, in order, to its end (L3). Reads few slots at first and more as it goes on, since what lies
 * behind the end is a lap old and costs as much to read.
 */
final class RingReader {
    private static final int LARGEST_RUN = 512;

    private final StateLogStore store;
    private final LogName name;
    private final Header header;
    private final Consistency consistency;
    private final Queue<StoredItem> ahead = new ArrayDeque<>();
    private long next;
    private long aheadUpTo;
    private int run;
    private boolean lapped;

    /**
     * @param next the number of the first entry to read
     * @param run how many slots to read at first
     */
    RingReader(StateLogStore store, LogName name, Header header, long next, int run, Consistency consistency) {
        this.store = store;
        this.name = name;
        this.header = header;
        this.consistency = consistency;
        this.next = next;
        this.aheadUpTo = next;
        this.run = run;
    }

    /** The next entry, or null at the end, or where a writer is a lap ahead. */
    @Nullable
    StoredItem next() {
        ItemKey slot = ItemKey.slot(name, header, next);
        if (next == aheadUpTo) {
            readAhead(slot);
        }
        StoredItem item = ahead.peek();
        if (item == null || item.key().sortKey() != slot.sortKey() || item.number() < next) {
            return null;
        }
        if (item.number() > next) {
            lapped = true;
            return null;
        }
        ahead.remove();
        next++;
        return item;
    }

    /** Whether reading ended because the next entry has been overwritten. */
    boolean lapped() {
        return lapped;
    }

    private void readAhead(ItemKey slot) {
        if (run == 1) {
            Optional<StoredItem> item = store.read(slot, consistency);
            item.ifPresent(ahead::add);
            aheadUpTo = next + 1;
        } else {
            int toEndOfRing = (int) (header.ringSlots() - slot.sortKey());
            ItemPage page = store.readRun(slot, Math.min(run, toEndOfRing), consistency);
            ahead.addAll(page.items());
            aheadUpTo = next + page.next() - slot.sortKey();
        }
        run = Math.min(2 * run, LARGEST_RUN);
    }
}
