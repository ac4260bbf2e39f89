package dev.millrace.local.runner;

import dev.millrace.engine.Position;
import dev.millrace.engine.SourceRecord;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamRecord;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Between a shard's records and a partition's position. */
final class Positions {
    private Positions() {}

    /** Where to read what a partition has not decided; a record of which it has decided a part is read again. */
    static StartingPosition next(@Nullable Position position) {
        if (position == null) {
            return new StartingPosition.TrimHorizon();
        }
        return position.insideAggregate()
                ? new StartingPosition.AtSequenceNumber(position.sequenceNumber())
                : new StartingPosition.AfterSequenceNumber(position.sequenceNumber());
    }

    /** A record as it lies in its shard. */
    static SourceRecord whole(StreamRecord record) {
        return new SourceRecord(
                record.partitionKey(),
                bytes(record.data()),
                new Position(record.sequenceNumber(), 0, false),
                record.approximateArrival().toEpochMilli());
    }

    private static byte[] bytes(ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        return bytes;
    }
}
