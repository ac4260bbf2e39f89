package dev.millrace.state;

/** A stored item that was damaged, or not written by this library. It is never used in part. */
public final class CorruptItemException extends UnreadableItemException {
    /**
     * @param table the name of the table that has the item; empty if it is in none
     * @param problem what is wrong with it
     */
    public CorruptItemException(ItemKey key, String table, String problem) {
        super(
                key,
                table,
                "is damaged: " + problem
                        + ". Restore the table to a time before the damage, or reset the partition's log");
    }
}
