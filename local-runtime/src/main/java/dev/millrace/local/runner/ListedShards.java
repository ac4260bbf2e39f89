package dev.millrace.local.runner;

import dev.millrace.driver.ShardInfo;
import dev.millrace.driver.StreamShards;
import dev.millrace.engine.Position;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.source.ShardRead;
import dev.millrace.local.source.SourceStream;
import dev.millrace.local.source.StreamReadException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shards of a stream, for those that take over from one another (R1). */
public record ListedShards(SourceStream stream) implements StreamShards {
    private static final Logger LOG = LoggerFactory.getLogger(ListedShards.class);

    /** Between reads that find nothing, and are not at the end. */
    private static final Duration PAUSE = Duration.ofMillis(200);

    @Override
    public List<ShardInfo> list() {
        return stream.shards().stream()
                .map(shard -> new ShardInfo(shard.shardId(), shard.parents(), shard.range(), shard.open()))
                .toList();
    }

    @Override
    public boolean isReadAfter(String shardId, @Nullable Position position) {
        try {
            String iterator = position == null ? beginning(shardId) : afterIfKnown(shardId, position);
            while (iterator != null) {
                ShardRead read = stream.read(iterator, 1, PAUSE);
                if (!read.records().isEmpty()) {
                    return false;
                }
                iterator = read.nextIterator();
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private @Nullable String afterIfKnown(String shardId, Position position) {
        try {
            return stream.iterator(shardId, new StartingPosition.AfterSequenceNumber(position.sequenceNumber()));
        } catch (StreamReadException e) {
            if (e.kind() != StreamReadException.Kind.NO_SUCH_POSITION) {
                throw e;
            }
            LOG.warn(
                    "Shard {} of {} does not know sequence number {} any more: if all its records have expired, it counts as"
                            + " processed to its end, although some may never have been ({})",
                    shardId,
                    stream.name(),
                    position.sequenceNumber(),
                    e.getMessage());
            return beginning(shardId);
        }
    }

    private String beginning(String shardId) {
        return stream.iterator(shardId, new StartingPosition.TrimHorizon());
    }
}
