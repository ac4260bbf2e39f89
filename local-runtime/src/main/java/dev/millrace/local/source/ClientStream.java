package dev.millrace.local.source;

import dev.millrace.engine.HashRange;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamRecord;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** A stream of a Kinesis that only the SDK's client reaches. */
record ClientStream(KinesisClient kinesis, String name) implements SourceStream {
    /** Kinesis takes five reads a second of each shard. */
    private static final long POLL_MILLIS = 200;

    static final Duration VISIBILITY_LAG = Duration.ofSeconds(1);

    @Override
    public List<SourceShard> shards() {
        return of(() -> Stream.iterate(
                        kinesis.listShards(request -> request.streamName(name)),
                        Objects::nonNull,
                        page -> page.nextToken() == null ? null : kinesis.listShards(next(page)))
                .flatMap(page -> page.shards().stream())
                .map(ClientStream::shard)
                .toList());
    }

    static ListShardsRequest next(ListShardsResponse page) {
        return ListShardsRequest.builder().nextToken(page.nextToken()).build();
    }

    static SourceShard shard(Shard shard) {
        List<String> parents = Stream.of(shard.parentShardId(), shard.adjacentParentShardId())
                .filter(parent -> parent != null && !parent.isEmpty())
                .toList();
        HashRange range = new HashRange(
                new BigInteger(shard.hashKeyRange().startingHashKey()),
                new BigInteger(shard.hashKeyRange().endingHashKey()));
        return new SourceShard(
                shard.shardId(), parents, range, shard.sequenceNumberRange().endingSequenceNumber());
    }

    @Override
    public String iterator(String shardId, StartingPosition position) {
        GetShardIteratorRequest.Builder request =
                GetShardIteratorRequest.builder().streamName(name).shardId(shardId);
        if (position instanceof StartingPosition.TrimHorizon) {
            request.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
        } else if (position instanceof StartingPosition.Latest) {
            request.shardIteratorType(ShardIteratorType.LATEST);
        } else if (position instanceof StartingPosition.AtSequenceNumber at) {
            request.shardIteratorType(ShardIteratorType.AT_SEQUENCE_NUMBER).startingSequenceNumber(at.sequenceNumber());
        } else if (position instanceof StartingPosition.AfterSequenceNumber after) {
            request.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                    .startingSequenceNumber(after.sequenceNumber());
        } else if (position instanceof StartingPosition.AtTimestamp at) {
            request.shardIteratorType(ShardIteratorType.AT_TIMESTAMP).timestamp(at.timestamp());
        }
        return of(() -> kinesis.getShardIterator(request.build()).shardIterator());
    }

    @Override
    public ShardRead read(String iterator, int limit, Duration timeout) throws InterruptedException {
        GetRecordsResponse response = of(() ->
                kinesis.getRecords(request -> request.shardIterator(iterator).limit(limit)));
        if (response.records().isEmpty() && response.nextShardIterator() != null && !timeout.isZero()) {
            Thread.sleep(Math.min(timeout.toMillis(), POLL_MILLIS));
        }
        Long behindMillis = response.millisBehindLatest();
        return new ShardRead(
                response.records().stream().map(ClientStream::record).toList(),
                response.nextShardIterator(),
                behindMillis == null || behindMillis == 0);
    }

    /** Kinesis has no bound for it; AWS speaks of typically 200 ms, from put to read. */
    @Override
    public Duration visibilityLag() {
        return VISIBILITY_LAG;
    }

    static StreamRecord record(Record record) {
        return new StreamRecord(
                record.sequenceNumber(),
                record.approximateArrivalTimestamp(),
                record.partitionKey(),
                record.data().asByteBuffer());
    }

    private static <T> T of(Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            throw new StreamReadException(e, kind(e));
        }
    }

    static StreamReadException.Kind kind(SdkException e) {
        if (e instanceof ExpiredIteratorException) {
            return StreamReadException.Kind.EXPIRED_ITERATOR;
        }
        return e instanceof ResourceNotFoundException || e instanceof InvalidArgumentException
                ? StreamReadException.Kind.NO_SUCH_POSITION
                : StreamReadException.Kind.UNAVAILABLE;
    }
}
