package dev.millrace.engine;

/** What is to be sent to another stage of one key is too large. With fewer records at a time it may fit. */
public final class PartTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    PartTooLargeException(String operator, int bytes) {
        super("operator '" + operator + "' sends " + bytes + " bytes of one key to its stage, more than the limit of "
                + Parts.MAX_PART_BYTES + ": have its aggregation keep less");
    }
}
