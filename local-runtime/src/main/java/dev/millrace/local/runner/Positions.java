package dev.millrace.local.runner;

import dev.millrace.engine.Position;
import dev.millrace.engine.SourceRecord;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamRecord;
import dev.millrace.local.source.SourceStream;
import dev.millrace.local.source.StreamReadException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Between a shard's records and a partition's position. */
public final class Positions {
    private static final Logger LOG = LoggerFactory.getLogger(Positions.class);

    private Positions() {}

    /** Where to read what a partition has not decided; a record of which it has decided a part is read again. */
    public static StartingPosition next(@Nullable Position position) {
        if (position == null) {
            return new StartingPosition.TrimHorizon();
        }
        return position.insideAggregate()
                ? new StartingPosition.AtSequenceNumber(position.sequenceNumber())
                : new StartingPosition.AfterSequenceNumber(position.sequenceNumber());
    }

    /**
     * Where to read from. A stream whose records expire may have forgotten a place: then what it still has comes after it.
     *
     * @throws StreamReadException as {@link SourceStream#iterator}
     */
    public static String iterator(SourceStream stream, String shardId, StartingPosition from) {
        try {
            return stream.iterator(shardId, from);
        } catch (StreamReadException e) {
            if (e.kind() != StreamReadException.Kind.NO_SUCH_POSITION || !stream.expires()) {
                throw e;
            }
            LOG.warn(
                    "Shard {} of {} is read from its beginning, since it does not know the place of the last commit any more:"
                            + " what came after that and has expired was never processed ({})",
                    shardId,
                    stream.name(),
                    e.getMessage());
            return stream.iterator(shardId, new StartingPosition.TrimHorizon());
        }
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
