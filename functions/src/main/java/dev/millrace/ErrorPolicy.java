package dev.millrace;

/** What happens to a record that cannot be decoded, timed, keyed or processed. */
public enum ErrorPolicy {
    /** What comes before it is committed, and the shard waits at the record, retrying, until it can be processed or expires. */
    FAIL,
    /** It is passed over and counted. */
    SKIP,
    /** It goes to the pipeline's dead-letter stream, with the reason and its position. */
    DEAD_LETTER
}
