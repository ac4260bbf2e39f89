package dev.millrace.driver;

/** What became of a batch. */
public sealed interface BatchResult {
    /** All of it is committed, and what came of it is emitted. */
    record Done() implements BatchResult {}

    /**
     * What comes before a record is committed and emitted; the record cannot be processed, and the pipeline's policy is to
     * fail, so that the batch is to come again from there.
     *
     * @param sequenceNumber the record's
     * @param message why, for a person
     */
    record FailedAt(String sequenceNumber, String message) implements BatchResult {}
}
