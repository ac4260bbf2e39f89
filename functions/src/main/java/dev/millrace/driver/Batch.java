package dev.millrace.driver;

import dev.millrace.engine.Position;
import java.util.List;
import java.util.Objects;

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

    /** The sequence number that the batch starts with, as delivered: before any record is dropped (E3). */
    String firstSequenceNumber() {
        Position first = items.get(0).record().position();
        return Objects.requireNonNull(first, "what another stage has sent straight is no batch")
                .sequenceNumber();
    }
}
