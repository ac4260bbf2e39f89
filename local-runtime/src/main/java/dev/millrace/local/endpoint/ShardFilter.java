package dev.millrace.local.endpoint;

import dev.millrace.local.kinesis.KinesisException;
import dev.millrace.local.kinesis.ShardDescription;
import dev.millrace.local.kinesis.StreamDescription;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which shards ListShards lists. */
record ShardFilter(Predicate<ShardDescription> predicate) {
    private enum Type {
        AFTER_SHARD_ID,
        AT_TRIM_HORIZON,
        FROM_TRIM_HORIZON,
        AT_LATEST,
        AT_TIMESTAMP,
        FROM_TIMESTAMP
    }

    static ShardFilter everything() {
        return new ShardFilter(shard -> true);
    }

    /** The filter that a request asks for. */
    static ShardFilter of(@Nullable Parameters in, StreamDescription stream, long nowMillis) {
        if (in == null) {
            return everything();
        }
        Type type = Constraint.oneOf("shardFilter.type", in.requiredText("Type"), Type.class);
        long horizon = Math.max(
                stream.createdMillis(),
                nowMillis - Duration.ofHours(stream.retentionHours()).toMillis());
        return new ShardFilter(
                switch (type) {
                    case AFTER_SHARD_ID -> {
                        String id = required(type, "ShardId", in.text("ShardId"));
                        yield shard -> shard.shardId().compareTo(id) > 0;
                    }
                    case AT_TRIM_HORIZON -> shard -> openAt(shard, horizon);
                    case FROM_TRIM_HORIZON -> shard -> true;
                    case AT_LATEST -> ShardDescription::open;
                    case AT_TIMESTAMP -> {
                        long at = required(type, "Timestamp", in.timestamp("Timestamp"))
                                .toEpochMilli();
                        yield shard -> openAt(shard, Math.max(at, horizon));
                    }
                    case FROM_TIMESTAMP -> {
                        Instant from = required(type, "Timestamp", in.timestamp("Timestamp"));
                        yield shard -> openAfter(shard, from.toEpochMilli());
                    }
                });
    }

    private static boolean openAt(ShardDescription shard, long millis) {
        return shard.createdMillis() <= millis && openAfter(shard, millis);
    }

    private static boolean openAfter(ShardDescription shard, long millis) {
        Long closed = shard.closedMillis();
        return closed == null || closed > millis;
    }

    private static <T> T required(Type type, String field, @Nullable T value) {
        if (value == null) {
            throw new KinesisException(
                    KinesisException.Type.InvalidArgumentException,
                    "The ShardFilter type " + type + " needs a " + field + ".");
        }
        return value;
    }

    List<ShardDescription> apply(List<ShardDescription> shards) {
        return shards.stream().filter(predicate).toList();
    }
}
