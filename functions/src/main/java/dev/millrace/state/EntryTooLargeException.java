package dev.millrace.state;

/** The changed state of one commit does not fit an item (L4). Nothing was written: commit fewer records at a time. */
public final class EntryTooLargeException extends StateLogException {
    EntryTooLargeException(LogName name, long number, long bytes, long limit) {
        super("entry " + number + " of " + name + " would take " + bytes + " bytes without its outputs, more than the"
                + " limit of " + limit + ". Commit fewer records at a time");
    }
}
