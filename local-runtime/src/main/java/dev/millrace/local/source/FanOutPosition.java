package dev.millrace.local.source;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;

/**
 * Where to read on in a shard.
 *
 * @param value a sequence number, milliseconds since 1970, or nothing, by type
 * @param serial tells positions that were asked for from one another, also those that say the same; 0 for one that
 *     follows a read
 */
record FanOutPosition(String shardId, ShardIteratorType type, String value, long serial) {
    private static final String SEPARATOR = "/";

    static FanOutPosition of(String shardId, dev.millrace.local.kinesis.StartingPosition from, long serial) {
        if (from instanceof dev.millrace.local.kinesis.StartingPosition.AtSequenceNumber at) {
            return new FanOutPosition(shardId, ShardIteratorType.AT_SEQUENCE_NUMBER, at.sequenceNumber(), serial);
        }
        if (from instanceof dev.millrace.local.kinesis.StartingPosition.AfterSequenceNumber after) {
            return new FanOutPosition(shardId, ShardIteratorType.AFTER_SEQUENCE_NUMBER, after.sequenceNumber(), serial);
        }
        if (from instanceof dev.millrace.local.kinesis.StartingPosition.AtTimestamp at) {
            String millis = Long.toString(at.timestamp().toEpochMilli());
            return new FanOutPosition(shardId, ShardIteratorType.AT_TIMESTAMP, millis, serial);
        }
        boolean isLatest = from instanceof dev.millrace.local.kinesis.StartingPosition.Latest;
        return new FanOutPosition(
                shardId, isLatest ? ShardIteratorType.LATEST : ShardIteratorType.TRIM_HORIZON, "", serial);
    }

    /** The position that follows one that was read to that sequence number. */
    FanOutPosition after(String sequenceNumber) {
        return new FanOutPosition(shardId, ShardIteratorType.AFTER_SEQUENCE_NUMBER, sequenceNumber, 0);
    }

    /** Whether a subscription that begins later would begin elsewhere. */
    boolean passes() {
        return type == ShardIteratorType.LATEST;
    }

    String token() {
        return String.join(SEPARATOR, shardId, type.toString(), value, Long.toString(serial));
    }

    /** Reads a token that {@link #token} has written. */
    static FanOutPosition parse(String token) {
        String[] parts = token.split(SEPARATOR, -1);
        if (parts.length != 4) {
            throw new IllegalArgumentException("Not an iterator of this stream: " + token);
        }
        return new FanOutPosition(parts[0], ShardIteratorType.fromValue(parts[1]), parts[2], Long.parseLong(parts[3]));
    }

    /** As a subscription says it. */
    StartingPosition inRequest() {
        @Nullable
        Instant timestamp = type == ShardIteratorType.AT_TIMESTAMP ? Instant.ofEpochMilli(Long.parseLong(value)) : null;
        return StartingPosition.builder()
                .type(type)
                .sequenceNumber(timestamp != null || value.isEmpty() ? null : value)
                .timestamp(timestamp)
                .build();
    }
}
