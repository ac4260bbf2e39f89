package dev.millrace.local.compare;

import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.source.ShardRead;
import dev.millrace.local.source.SourceShard;
import dev.millrace.local.source.SourceStream;
import java.time.Duration;
import java.util.List;

/** A stream whose reads are seen. Its iterators carry the shard's id, which those of the stream need not tell. */
record ReadWatch(SourceStream stream, Reads reads) implements SourceStream {
    private static final char SEPARATOR = ' ';

    /** Takes what was read before the reader gets it; from several threads. */
    @FunctionalInterface
    interface Reads {
        void read(String shardId, ShardRead read);
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
        return shardId + SEPARATOR + stream.iterator(shardId, position);
    }

    @Override
    public ShardRead read(String iterator, int limit, Duration timeout) throws InterruptedException {
        int end = iterator.indexOf(SEPARATOR);
        String shardId = iterator.substring(0, end);
        ShardRead read = stream.read(iterator.substring(end + 1), limit, timeout);
        if (!read.records().isEmpty()) {
            reads.read(shardId, read);
        }
        return read.nextIterator() == null
                ? read
                : new ShardRead(read.records(), shardId + SEPARATOR + read.nextIterator(), read.atTip());
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
