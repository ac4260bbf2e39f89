package dev.millrace.state;

/**
 * A write of a bucket that is known to have landed.
 *
 * @param bucket the bucket's number
 * @param stamp the number of the entry as of which it holds the bucket's whole state, or of a later one
 */
public record BucketStamp(int bucket, long stamp) {}
