package dev.millrace.local.kinesis;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A record to put into a stream.
 *
 * @param partitionKey 1 to 256 characters; its MD5 chooses the shard
 * @param explicitHashKey chooses the shard instead of the partition key, 0 to 2^128 - 1; or null
 * @param data the record's bytes from position to limit; read during the put only, and left as it is
 */
public record PutEntry(String partitionKey, @Nullable BigInteger explicitHashKey, ByteBuffer data) {
    /** An entry that its partition key alone routes. */
    public static PutEntry of(String partitionKey, byte[] data) {
        return new PutEntry(partitionKey, null, ByteBuffer.wrap(data));
    }
}
