package dev.millrace.local.kinesis;

import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the ordinal at which a starting position begins in a shard; errors name the action that asks for it. */
record PositionResolver(String action, String stream, ShardDescription shard, ShardLog log, long nowMillis) {
    long ordinal(StartingPosition position) {
        if (position instanceof StartingPosition.Latest) {
            return log.nextOrdinal();
        }
        if (position instanceof StartingPosition.AtSequenceNumber at) {
            return ordinal(at.sequenceNumber());
        }
        if (position instanceof StartingPosition.AfterSequenceNumber after) {
            return ordinal(after.sequenceNumber()) + 1;
        }
        if (position instanceof StartingPosition.AtTimestamp at) {
            return ordinalArrivedSince(at.timestamp().toEpochMilli());
        }
        return log.trimOrdinal();
    }

    private long ordinalArrivedSince(long arrivalMillis) {
        if (arrivalMillis > nowMillis) {
            throw KinesisException.invalidArgument("The timestampInMillis parameter cannot be greater than the"
                    + " currentTimestampInMillis. timestampInMillis: " + arrivalMillis
                    + ", currentTimestampInMillis: " + nowMillis);
        }
        try {
            return new ShardReader(log).firstOrdinalArrivedSince(arrivalMillis);
        } catch (IOException e) {
            throw new KinesisException("The records could not be read: " + e, e);
        }
    }

    private long ordinal(String sequenceNumber) {
        @Nullable SequenceNumber number = SequenceNumber.parse(sequenceNumber);
        if (number == null) {
            throw KinesisException.invalidArgument("StartingSequenceNumber " + sequenceNumber
                    + " used in " + action + " on shard " + shard.shardId() + " in stream " + stream
                    + " under account " + EmbeddedKinesis.ACCOUNT_ID + " is invalid.");
        }
        if (number.shardIndex() != shard.index()) {
            throw KinesisException.invalidArgument("Invalid StartingSequenceNumber. It encodes shardId-"
                    + String.format(Locale.ROOT, "%012d", number.shardIndex())
                    + ", while it was used in a call to a shard with " + shard.shardId());
        }
        Long endOrdinal = shard.endOrdinal();
        long last = endOrdinal == null ? log.nextOrdinal() - 1 : endOrdinal;
        if (number.ordinal() < shard.startOrdinal() || number.ordinal() > Math.max(last, shard.startOrdinal())) {
            // One from a stream that was deleted, or from a run without a data directory: reading on from there would
            // silently leave records out.
            throw KinesisException.invalidArgument("StartingSequenceNumber " + sequenceNumber
                    + " used in " + action + " on shard " + shard.shardId() + " in stream " + stream
                    + " under account " + EmbeddedKinesis.ACCOUNT_ID
                    + " is invalid because it did not come from this stream.");
        }
        return number.ordinal();
    }
}
