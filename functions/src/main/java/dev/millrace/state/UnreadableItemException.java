package dev.millrace.state;

/** A stored item whose content cannot be used. */
public abstract sealed class UnreadableItemException extends StateLogException
        permits CorruptItemException, NewerFormatException {
    UnreadableItemException(String message) {
        super(message);
    }
}
