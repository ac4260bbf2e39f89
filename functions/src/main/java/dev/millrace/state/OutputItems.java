package dev.millrace.state;

import dev.millrace.engine.Output;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/**
 * L4: the items of outputs that did not fit their entry. They are written before the entry that names them, and deleted once
 * that entry is overwritten, or once another has taken its number. A crash in between leaves an item that nobody reads.
 */
final class OutputItems {
    private final StateLogStore store;
    private final LogName name;
    private final Map<Long, List<ItemKey>> undecided = new HashMap<>();
    private final Queue<ItemKey> obsolete = new ArrayDeque<>();
    private long nextIndex;

    OutputItems(StateLogStore store, LogName name) {
        this.store = store;
        this.name = name;
    }

    long nextIndex() {
        return nextIndex++;
    }

    /** Writes the items that an entry is about to name. */
    void write(EntryDraft draft) {
        for (StoredItem item : draft.apart()) {
            undecided
                    .computeIfAbsent(item.number(), ignored -> new ArrayList<>())
                    .add(item.key());
            store.put(item);
        }
    }

    /** An entry has become the tip: whatever else was written for its number is not needed. */
    void decided(Entry entry, Header header) {
        List<ItemKey> written = undecided.remove(entry.number());
        if (written != null) {
            Set<ItemKey> named = new HashSet<>(entry.outputsApart(name, header));
            written.stream().filter(key -> !named.contains(key)).forEach(obsolete::add);
        }
    }

    /** An entry has been overwritten, and with it what it named. */
    void overwritten(StoredItem item, Header header) {
        try {
            obsolete.addAll(EntryCodec.decode(item).outputsApart(name, header));
        } catch (UnreadableItemException ignored) {
            // It is gone, and no load needs it (B2). At worst its outputs stay behind, unread.
        }
    }

    /** Deletes what is not needed any more. What fails stays for the next time. */
    void deleteObsolete() {
        try {
            for (ItemKey key = obsolete.peek(); key != null; key = obsolete.peek()) {
                store.delete(key);
                obsolete.remove();
            }
        } catch (StateLogUnavailableException ignored) {
            // Garbage is no reason to fail an invocation whose entry is committed.
        }
    }

    /** The outbox of an entry, with those outputs that lie apart. */
    List<Output> outbox(Entry entry, Header header) {
        List<Output> outbox = new ArrayList<>();
        for (StoredOutput output : entry.outbox()) {
            if (output instanceof StoredOutput.Inline inline) {
                outbox.add(inline.output());
            } else if (output instanceof StoredOutput.Apart apart) {
                outbox.add(read(entry, apart, header));
            }
        }
        return outbox;
    }

    private Output read(Entry entry, StoredOutput.Apart apart, Header header) {
        ItemKey key = ItemKey.output(name, header, entry.number(), entry.writerId(), apart.index());
        Optional<StoredItem> item = store.read(key, Consistency.STRONG);
        if (item.isEmpty()) {
            throw new StateLogUnavailableException(
                    "item " + key + " of the state table, an output of entry " + entry.number()
                            + ", is gone: others are a lap ahead. Catch up",
                    null);
        }
        byte[] payload = BucketCodec.decodeOutput(item.get());
        if (EntryDraft.checksum(payload) != apart.checksum()) {
            throw new CorruptItemException(
                    key, item.get().table(), "it is not the output that entry " + entry.number() + " names");
        }
        return new Output(apart.sink(), payload);
    }
}
