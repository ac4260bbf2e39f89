package dev.millrace.local.mapping;

import org.jspecify.annotations.Nullable;

/** A batch that the function does not take, however often it is delivered: its shard waits there. */
public final class DeliveryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DeliveryException(String stream, String shardId, String sequenceNumber, @Nullable RuntimeException thrown) {
        super(
                "the function does not take record " + sequenceNumber + " of " + shardId + " of stream '" + stream
                        + "', or one that came with it, and its shard waits: "
                        + (thrown == null ? "it reports the record as failed, and its log says why" : thrown),
                thrown);
    }
}
