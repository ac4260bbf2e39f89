package dev.millrace.local.view;

import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.source.ShardRead;
import dev.millrace.local.source.SourceShard;
import dev.millrace.local.source.SourceStream;
import java.time.Duration;
import java.util.List;

/** A stream that a stage reads, and a note of what it reads. An iterator has the shard's id before it. */
final class ObservedStream implements SourceStream {
    /** In no shard's id. */
    private static final char SEPARATOR = '|';

    private final SourceStream stream;
    private final StageWatch stage;

    ObservedStream(SourceStream stream, StageWatch stage) {
        this.stream = stream;
        this.stage = stage;
    }

    @Override
    public String name() {
        return stream.name();
    }

    @Override
    public List<SourceShard> shards() {
        return stream.shards();
    }

    @Override
    public String iterator(String shardId, StartingPosition position) {
        String iterator = stream.iterator(shardId, position);
        stage.reads(shardId).beginAnew();
        return shardId + SEPARATOR + iterator;
    }

    @Override
    public ShardRead read(String iterator, int limit, Duration timeout) throws InterruptedException {
        int separator = iterator.indexOf(SEPARATOR);
        String shardId = iterator.substring(0, separator);
        ShardRead read = stream.read(iterator.substring(separator + 1), limit, timeout);
        stage.reads(shardId).read(read);
        String next = read.nextIterator();
        return next == null ? read : new ShardRead(read.records(), shardId + SEPARATOR + next, read.atTip());
    }

    @Override
    public Duration visibilityLag() {
        return stream.visibilityLag();
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
    public String nameOf(String shardId, String sequenceNumber) {
        return stream.nameOf(shardId, sequenceNumber);
    }
}
