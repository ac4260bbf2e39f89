package dev.millrace.local.source;

import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What arrived in a stream within a span of time. Its shards are those that the stream has when they are first asked for, all of
 * them closed; each ends before the first record that arrived at the span's end or later.
 */
public final class BoundedStream implements SourceStream {
    private final SourceStream stream;
    private final @Nullable Instant since;
    private final Instant until;
    private final Clock clock;
    private @Nullable List<SourceShard> shards;

    /**
     * @param since the first moment of the span; null for all that the stream still has
     * @param until the moment after the span; not in the future
     * @param clock the stream's, more or less
     */
    public BoundedStream(SourceStream stream, @Nullable Instant since, Instant until, Clock clock) {
        this.stream = stream;
        this.since = since;
        this.until = until;
        this.clock = clock;
    }

    @Override
    public String name() {
        return stream.name();
    }

    @Override
    public synchronized List<SourceShard> shards() {
        List<SourceShard> known = shards;
        if (known == null) {
            known = stream.shards().stream()
                    .map(shard -> new SourceShard(shard.shardId(), shard.parents(), shard.range(), "until " + until))
                    .toList();
            shards = known;
        }
        return known;
    }

    @Override
    public String iterator(String shardId, StartingPosition position) {
        Instant first = since;
        return stream.iterator(
                shardId,
                first != null && position instanceof StartingPosition.TrimHorizon
                        ? new StartingPosition.AtTimestamp(first)
                        : position);
    }

    @Override
    public ShardRead read(String iterator, int limit, Duration timeout) throws InterruptedException {
        // What arrived before this moment is there to be read.
        boolean isPast = !clock.instant().minus(stream.visibilityLag()).isBefore(until);
        ShardRead read = stream.read(iterator, limit, timeout);
        List<StreamRecord> records = read.records();
        for (int i = 0; i < records.size(); i++) {
            if (!records.get(i).approximateArrival().isBefore(until)) {
                return new ShardRead(records.subList(0, i), null, true);
            }
        }
        boolean isOver = isPast && records.isEmpty() && read.atTip();
        return isOver ? new ShardRead(List.of(), null, true) : read;
    }

    @Override
    public long replayableBytes() {
        return stream.replayableBytes();
    }

    @Override
    public boolean expires() {
        return stream.expires();
    }

    @Override
    public Duration visibilityLag() {
        return stream.visibilityLag();
    }

    @Override
    public String nameOf(String shardId, String sequenceNumber) {
        return stream.nameOf(shardId, sequenceNumber);
    }
}
