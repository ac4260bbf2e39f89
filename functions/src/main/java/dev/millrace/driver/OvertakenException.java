package dev.millrace.driver;

/**
 * Others have committed to the partition's log meanwhile, so that what was applied here and not committed is dropped: its source
 * is to be read again from what is committed.
 */
public final class OvertakenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    OvertakenException(String partition) {
        super("others have gone on with partition " + partition + " meanwhile, from what was last committed");
    }
}
