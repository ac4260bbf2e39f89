package dev.millrace.state;

import dev.millrace.engine.Output;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * An entry ready to be written: L4, made to fit an item by putting the largest outputs in items of their own.
 *
 * @param item the entry's item
 * @param apart the items of outputs that must be there before it
 */
record EntryDraft(Entry entry, StoredItem item, List<StoredItem> apart) {
    /** Moves a little more than needed, rather than encode the entry once more. */
    private static final double MARGIN = 1.2;

    /**
     * Makes an entry fit.
     *
     * @param entry the entry with all its outputs inline
     * @param indexes gives out indexes for outputs, none of them twice in a writer's life: a late entry of the same number
     *     could otherwise find another's output under its own key
     */
    static EntryDraft of(LogName name, Header header, Entry entry, int limitBytes, LongSupplier indexes) {
        ItemKey slot = ItemKey.slot(name, header, entry.number());
        StoredItem item = EntryCodec.encode(slot, entry);
        long content = contentBytes(entry);
        if (fits(item, content, limitBytes)) {
            return new EntryDraft(entry, item, List.of());
        }
        List<StoredOutput> outbox = new ArrayList<>(entry.outbox());
        List<StoredItem> apart = new ArrayList<>();
        List<Integer> largestFirst = largestFirst(outbox);
        int moved = 0;
        Entry current = entry;
        while (!fits(item, content, limitBytes)) {
            if (moved == outbox.size()) {
                throw new EntryTooLargeException(name, entry.number(), item.bytes(), limitBytes);
            }
            double ratio = Math.max(1, (double) content / item.bytes());
            double toMove = Math.max(
                    (item.bytes() - limitBytes) * ratio * MARGIN, content - (double) Envelope.MAX_CONTENT_BYTES);
            for (double left = toMove; left > 0 && moved < outbox.size(); moved++) {
                int place = largestFirst.get(moved);
                Output output = ((StoredOutput.Inline) outbox.get(place)).output();
                long index = indexes.getAsLong();
                ItemKey key = ItemKey.output(name, header, entry.number(), entry.writerId(), index);
                apart.add(apart(name, key, entry.number(), output, limitBytes));
                outbox.set(place, new StoredOutput.Apart(output.sink(), index, checksum(output.payload())));
                left -= output.payload().length;
                content -= output.payload().length;
            }
            current = withOutbox(entry, outbox);
            item = EntryCodec.encode(slot, current);
        }
        return new EntryDraft(current, item, apart);
    }

    private static boolean fits(StoredItem item, long contentBytes, int limitBytes) {
        return item.bytes() <= limitBytes && contentBytes <= Envelope.MAX_CONTENT_BYTES;
    }

    static int checksum(byte[] payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload);
        return (int) crc.getValue();
    }

    private static StoredItem apart(LogName name, ItemKey key, long number, Output output, int limitBytes) {
        StoredItem item = BucketCodec.encodeOutput(key, number, output.payload());
        if (item.bytes() > limitBytes || output.payload().length > Envelope.MAX_CONTENT_BYTES) {
            throw new OutputTooLargeException(name, output.sink(), item.bytes(), limitBytes);
        }
        return item;
    }

    private static List<Integer> largestFirst(List<StoredOutput> outbox) {
        return IntStream.range(0, outbox.size())
                .boxed()
                .sorted(Comparator.comparingInt(place -> -payloadBytes(outbox.get(place))))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static long contentBytes(Entry entry) {
        return entry.cells().stream().mapToLong(BucketSizes::cost).sum()
                + entry.outbox().stream().mapToLong(EntryDraft::payloadBytes).sum();
    }

    private static int payloadBytes(StoredOutput output) {
        return output instanceof StoredOutput.Inline inline ? inline.output().payload().length : 0;
    }

    private static Entry withOutbox(Entry entry, List<StoredOutput> outbox) {
        return new Entry(
                entry.number(),
                entry.kind(),
                entry.writerId(),
                entry.mappingId(),
                entry.progress(),
                entry.turn(),
                entry.landed(),
                entry.cells(),
                outbox);
    }
}
