package dev.millrace.exchange;

/** A record of an internal stream that cannot be used. The message begins with "it". */
public final class UnreadablePackedRecordException extends Exception {
    private static final long serialVersionUID = 1;

    UnreadablePackedRecordException(String message) {
        super(message);
    }
}
