package dev.millrace.state;

import org.jspecify.annotations.Nullable;

/** What became of a conditional write. */
public sealed interface PutResult {
    /**
     * The item is written.
     *
     * @param replaced what it took the place of, where that was an entry; otherwise null
     */
    record Landed(@Nullable StoredItem replaced) implements PutResult {}

    /**
     * Nothing was written.
     *
     * @param there the item that is there, of the same or a larger number
     */
    record Refused(StoredItem there) implements PutResult {}
}
