package dev.millrace.sink;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A record for a Kinesis stream.
 *
 * @param partitionKey 1 to 256 characters
 * @param data not to be changed afterwards
 * @param explicitHashKey a hash key that is used in place of the partition key's; or null
 * @param shardId the shard that it must come to; or null
 */
public record StreamRecord(
        String partitionKey,
        byte[] data,
        @Nullable String explicitHashKey,
        @Nullable String shardId) {
    public StreamRecord(String partitionKey, byte[] data) {
        this(partitionKey, data, null, null);
    }

    /** A record for one shard, which has the hash key; its partition key is the shard's id. */
    public static StreamRecord toShard(String shardId, String explicitHashKey, byte[] data) {
        return new StreamRecord(shardId, data, explicitHashKey, shardId);
    }

    /** Its bytes as Kinesis counts them for its limits: those of the data and of the partition key in UTF-8. */
    public long size() {
        return (long) data.length + partitionKey.getBytes(StandardCharsets.UTF_8).length;
    }
}
