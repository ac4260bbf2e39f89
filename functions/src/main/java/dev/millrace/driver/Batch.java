package dev.millrace.driver;

import dev.millrace.engine.Exchanged;
import dev.millrace.engine.UpstreamId;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A batch of one shard's records, as delivered.
 *
 * @param items its records, in the order of the shard; at least one
 * @param nowMillis the time at which it is processed, in epoch milliseconds
 */
public record Batch(List<BatchItem> items, long nowMillis) {
    public Batch {
        items = List.copyOf(items);
        if (items.isEmpty()) {
            throw new IllegalArgumentException("a batch has at least one record");
        }
    }

    /** Where those of its items came from that other stages have sent. */
    Stream<UpstreamId> upstreams() {
        return items.stream()
                .map(BatchItem::exchanged)
                .filter(Objects::nonNull)
                .map(Exchanged::upstream)
                .distinct();
    }

    /** The sequence number that the batch starts with, as delivered: before any record is dropped (E3). */
    String firstSequenceNumber() {
        return items.get(0).record().position().sequenceNumber();
    }
}
