package dev.millrace.local.source;

import dev.millrace.engine.HashRange;
import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.kinesis.KinesisException;
import dev.millrace.local.kinesis.ReadResult;
import dev.millrace.local.kinesis.ShardDescription;
import dev.millrace.local.kinesis.StartingPosition;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** A stream of the embedded Kinesis. */
record EmbeddedStream(EmbeddedKinesis kinesis, String name) implements SourceStream {
    @Override
    public List<SourceShard> shards() {
        try {
            return kinesis.describe(name).shards().stream()
                    .map(EmbeddedStream::shard)
                    .toList();
        } catch (KinesisException e) {
            throw unreadable(e);
        }
    }

    private static SourceShard shard(ShardDescription shard) {
        List<String> parents = Stream.of(shard.parentShardId(), shard.adjacentParentShardId())
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
        // Where it ends may be where one ended that a stream of the same name had; but that was made at another time.
        return new SourceShard(
                shard.shardId(),
                parents,
                new HashRange(shard.hashStart(), shard.hashEnd()),
                shard.open() ? null : shard.endingSequenceNumber() + " " + shard.createdMillis());
    }

    @Override
    public String iterator(String shardId, StartingPosition position) {
        try {
            return kinesis.shardIterator(name, shardId, position);
        } catch (KinesisException e) {
            throw unreadable(e);
        }
    }

    @Override
    public ShardRead read(String iterator, int limit, Duration timeout) throws InterruptedException {
        try {
            if (!timeout.isZero()) {
                kinesis.awaitRecords(iterator, timeout);
            }
            // Even where nothing came: an iterator lives five minutes, and a read renews it.
            ReadResult result = kinesis.read(iterator, limit);
            return new ShardRead(result.records(), result.nextIterator(), result.millisBehindLatest() == 0);
        } catch (KinesisException e) {
            throw unreadable(e);
        }
    }

    private static StreamReadException unreadable(KinesisException e) {
        return new StreamReadException(
                e,
                switch (e.type()) {
                    case ExpiredIteratorException -> StreamReadException.Kind.EXPIRED_ITERATOR;
                    case ResourceNotFoundException, InvalidArgumentException, ValidationException ->
                        StreamReadException.Kind.NO_SUCH_POSITION;
                    default -> StreamReadException.Kind.UNAVAILABLE;
                });
    }
}
