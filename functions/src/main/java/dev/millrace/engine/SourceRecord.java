package dev.millrace.engine;

/**
 * A record of the source stream, unpacked where it was aggregated.
 *
 * @param partitionKey the partition key that it was put with
 * @param data its data; not to be changed
 * @param position where it stands in its shard
 * @param arrivalMillis when it arrived in the stream, in epoch milliseconds
 */
public record SourceRecord(String partitionKey, byte[] data, Position position, long arrivalMillis) {}
