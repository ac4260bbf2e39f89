package dev.millrace.local.mapping;

import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.kinesis.KinesisException;
import dev.millrace.local.kinesis.ReadResult;
import dev.millrace.local.kinesis.ShardDescription;
import dev.millrace.local.kinesis.StartingPosition;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A stream of the embedded Kinesis. */
record EmbeddedStream(EmbeddedKinesis kinesis, String name) implements SourceStream {
    @Override
    public List<SourceShard> shards() {
        return of(() -> kinesis.describe(name).shards().stream()
                .map(EmbeddedStream::shard)
                .toList());
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
                shard.open() ? null : shard.endingSequenceNumber() + " " + shard.createdMillis());
    }

    @Override
    public String iterator(String shardId, StartingPosition position) {
        return of(() -> kinesis.shardIterator(name, shardId, position));
    }

    @Override
    public ShardRead read(String iterator, int limit, Duration timeout) throws InterruptedException {
        if (!timeout.isZero()) {
            kinesis.awaitRecords(iterator, timeout);
        }
        // Even where nothing came: an iterator lives five minutes, and a read renews it.
        ReadResult result = of(() -> kinesis.read(iterator, limit));
        return new ShardRead(result.records(), result.nextIterator(), result.millisBehindLatest() == 0);
    }

    private static <T> T of(Supplier<T> call) {
        try {
            return call.get();
        } catch (KinesisException e) {
            throw new StreamReadException(e, e.type() == KinesisException.Type.ExpiredIteratorException);
        }
    }
}
