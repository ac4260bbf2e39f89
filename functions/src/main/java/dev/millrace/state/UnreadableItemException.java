package dev.millrace.state;

/** A stored item whose content cannot be used. */
public abstract sealed class UnreadableItemException extends StateLogException
        permits CorruptItemException, NewerFormatException {
    /** @param table empty if it is not known */
    UnreadableItemException(ItemKey key, String table, String problem) {
        super("item " + key + " of " + (table.isEmpty() ? "the state table" : "state table '" + table + "'") + " "
                + problem);
    }
}
