package dev.millrace.state;

/** A stored item that was damaged, or not written by this library. It is never used in part. */
public final class CorruptItemException extends UnreadableItemException {
    CorruptItemException(ItemKey key, String problem) {
        super("item " + key + " of the state table is damaged: " + problem
                + ". Restore the table to a time before the damage, or reset the partition's log");
    }
}
