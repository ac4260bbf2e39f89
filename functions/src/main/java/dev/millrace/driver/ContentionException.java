package dev.millrace.driver;

/** Others committed to the partition's log again and again meanwhile. Nothing is lost: the batch or tick comes again. */
public final class ContentionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ContentionException(String partition, int attempts) {
        super("the log of partition " + partition + " was written by others in " + attempts
                + " attempts, one after another; the batch will come again. Is the parallelization factor of the event"
                + " source mapping 1, and is there one mapping for each stage?");
    }
}
