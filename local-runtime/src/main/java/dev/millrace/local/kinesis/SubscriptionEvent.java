package dev.millrace.local.kinesis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription gives at once.
 *
 * @param records in order of their sequence numbers; possibly none
 * @param continuationSequenceNumber a subscription that begins after it goes on where this one is, even where that is
 *     no record's; null when the shard is closed and everything in it has been given
 * @param millisBehindLatest 0 if there is nothing more to read now, else the age of the last record given
 * @param childShards the shards that follow a closed one; empty unless {@code continuationSequenceNumber} is null
 */
public record SubscriptionEvent(
        List<StreamRecord> records,
        @Nullable String continuationSequenceNumber,
        long millisBehindLatest,
        List<ShardDescription> childShards) {}
