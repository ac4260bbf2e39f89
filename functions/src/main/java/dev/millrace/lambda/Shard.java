package dev.millrace.lambda;

import dev.millrace.driver.IdleProbe;
import dev.millrace.engine.Position;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** A shard of a stage's input stream, read to find out whether it is idle, or at its end. */
record Shard(KinesisClient kinesis, String stream, String shardId) implements IdleProbe {
    private static final Logger LOG = LoggerFactory.getLogger(Shard.class);

    @Override
    public boolean isIdleAfter(@Nullable Position position) {
        GetRecordsResponse response = read(position == null ? beginning() : after(position));
        Long lag = response.millisBehindLatest();
        // A shard that is closed is not idle at its end: what came after its last record is in its children.
        return response.records().isEmpty() && lag != null && lag == 0 && response.nextShardIterator() != null;
    }

    /** As {@link dev.millrace.driver.StreamShards#isReadAfter}; the shard must be closed, or this does not end. */
    boolean isReadAfter(@Nullable Position position) {
        @Nullable String iterator = position == null ? beginning() : afterIfKnown(position);
        // Reads of a closed shard come to its end, though some find nothing on the way.
        while (iterator != null) {
            GetRecordsResponse response = read(iterator);
            if (!response.records().isEmpty()) {
                return false;
            }
            iterator = response.nextShardIterator();
        }
        return true;
    }

    private String afterIfKnown(Position position) {
        try {
            return after(position);
        } catch (InvalidArgumentException e) {
            LOG.warn(
                    "Shard {} of {} does not know sequence number {} any more: if all its records have expired, it counts as"
                            + " processed to its end, although some may never have been ({})",
                    shardId,
                    stream,
                    position.sequenceNumber(),
                    e.getMessage());
            return beginning();
        }
    }

    private GetRecordsResponse read(String iterator) {
        return kinesis.getRecords(request -> request.shardIterator(iterator).limit(1));
    }

    private String beginning() {
        return iterator(request -> request.shardIteratorType(ShardIteratorType.TRIM_HORIZON));
    }

    private String after(Position position) {
        return iterator(request -> request.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                .startingSequenceNumber(position.sequenceNumber()));
    }

    private String iterator(Consumer<GetShardIteratorRequest.Builder> type) {
        return kinesis.getShardIterator(
                        request -> type.accept(request.streamName(stream).shardId(shardId)))
                .shardIterator();
    }
}
