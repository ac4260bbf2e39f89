package dev.millrace.benchmarks;

import dev.millrace.driver.BatchItem;
import dev.millrace.engine.HashRange;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.source.DecodedStream;
import dev.millrace.local.source.SourceShard;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Events in memory, in as many shards as there are feeds; an iterator is a shard's number. */
final class MemoryStream implements DecodedStream {
    private final List<Feed> feeds;
    private final AtomicIntegerArray ended;

    /** What one shard has. Used by one thread. */
    interface Feed {
        /**
         * The next events, waited for up to the timeout.
         *
         * @return null at the end
         */
        @org.jspecify.annotations.Nullable
        List<BatchItem> next(int limit, Duration timeout);
    }

    MemoryStream(List<Feed> feeds) {
        this.feeds = List.copyOf(feeds);
        this.ended = new AtomicIntegerArray(feeds.size());
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public List<SourceShard> shards() {
        BigInteger all = BigInteger.ONE.shiftLeft(128);
        BigInteger each = all.divide(BigInteger.valueOf(feeds.size()));
        List<SourceShard> shards = new ArrayList<>();
        for (int i = 0; i < feeds.size(); i++) {
            BigInteger first = each.multiply(BigInteger.valueOf(i));
            BigInteger next = i == feeds.size() - 1 ? all : first.add(each);
            HashRange range = new HashRange(first, next.subtract(BigInteger.ONE));
            shards.add(new SourceShard("shard-" + i, List.of(), range, ended.get(i) == 1 ? "end-" + i : null));
        }
        return shards;
    }

    @Override
    public String iterator(String shardId, StartingPosition position) {
        return shardId.substring("shard-".length());
    }

    @Override
    public Read readDecoded(String iterator, int limit, Duration timeout) {
        int shard = Integer.parseInt(iterator);
        List<BatchItem> items = feeds.get(shard).next(limit, timeout);
        if (items == null) {
            ended.set(shard, 1);
            return new Read(List.of(), null, true);
        }
        return new Read(items, iterator, items.isEmpty());
    }
}
