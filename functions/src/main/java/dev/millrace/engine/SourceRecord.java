package dev.millrace.engine;

import org.jspecify.annotations.Nullable;

/**
 * A record of the source stream, unpacked where it was aggregated.
 *
 * @param partitionKey the partition key that it was put with
 * @param data its data; not to be changed
 * @param position where it stands in its shard; null for what another stage has sent straight, through no stream
 * @param arrivalMillis when it arrived in the stream, in epoch milliseconds
 */
public record SourceRecord(
        String partitionKey, byte[] data, @Nullable Position position, long arrivalMillis) {}
