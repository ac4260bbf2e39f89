package dev.millrace.local.kinesis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one read of a shard gave.
 *
 * @param records in order of their sequence numbers; possibly none
 * @param nextIterator where to read on; null when the shard is closed and everything in it has been read
 * @param millisBehindLatest 0 if there is nothing more to read now, else the age of the last record read
 * @param childShards the shards that follow a closed one; empty unless {@code nextIterator} is null
 */
public record ReadResult(
        List<StreamRecord> records,
        @Nullable String nextIterator,
        long millisBehindLatest,
        List<ShardDescription> childShards) {}
