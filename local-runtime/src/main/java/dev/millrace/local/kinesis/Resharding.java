package dev.millrace.local.kinesis;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Works out the shards of a stream after splits and merges. Only descriptions change here; not thread-safe. */
final class Resharding {
    static final BigInteger HASH_KEYS = BigInteger.ONE.shiftLeft(128);

    private final List<ShardDescription> shards;
    private final long nowMillis;
    private final ToLongFunction<ShardDescription> seal;
    private int nextIndex;

    /** The function ends a shard, and gives an ordinal larger than all its records have. */
    Resharding(List<ShardDescription> shards, int nextIndex, long nowMillis, ToLongFunction<ShardDescription> seal) {
        this.shards = new ArrayList<>(shards);
        this.nextIndex = nextIndex;
        this.nowMillis = nowMillis;
        this.seal = seal;
    }

    /** The shards of a new stream: the hash keys in equal parts. */
    static List<ShardDescription> fresh(int count, long nowMillis, long startOrdinal) {
        List<ShardDescription> fresh = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            fresh.add(ShardDescription.opened(
                    i,
                    null,
                    null,
                    boundary(i, count),
                    boundary(i + 1, count).subtract(BigInteger.ONE),
                    nowMillis,
                    startOrdinal));
        }
        return fresh;
    }

    private static BigInteger boundary(int i, int count) {
        return HASH_KEYS.multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(count));
    }

    List<ShardDescription> shards() {
        return List.copyOf(shards);
    }

    /** Splits an open shard: the second child begins at that hash key. */
    void split(ShardDescription shard, BigInteger at) {
        long end = close(shard);
        open(shard.index(), null, shard.hashStart(), at.subtract(BigInteger.ONE), end + 1);
        open(shard.index(), null, at, shard.hashEnd(), end + 1);
    }

    /** Merges two open shards with adjacent hash keys; the child names {@code shard} as its parent. */
    void merge(ShardDescription shard, ShardDescription adjacent) {
        long end = Math.max(close(shard), close(adjacent));
        open(
                shard.index(),
                adjacent.index(),
                shard.hashStart().min(adjacent.hashStart()),
                shard.hashEnd().max(adjacent.hashEnd()),
                end + 1);
    }

    /**
     * Brings the stream to that many open shards of equal size, as UpdateShardCount does: splits at every new boundary,
     * then merges what lies between two of them. Shards that only serve as intermediate steps are closed at once.
     */
    void scale(int count) {
        TreeSet<BigInteger> boundaries = new TreeSet<>();
        for (int i = 1; i < count; i++) {
            boundaries.add(boundary(i, count));
        }
        for (BigInteger at : boundaries) {
            for (ShardDescription shard : openByHashKey()) {
                if (shard.hashStart().compareTo(at) < 0 && shard.hashEnd().compareTo(at) >= 0) {
                    split(shard, at);
                }
            }
        }
        for (int i = 0; i < openByHashKey().size() - 1; ) {
            List<ShardDescription> open = openByHashKey();
            if (boundaries.contains(open.get(i + 1).hashStart())) {
                i++;
            } else {
                merge(open.get(i), open.get(i + 1));
            }
        }
    }

    private List<ShardDescription> openByHashKey() {
        return shards.stream()
                .filter(ShardDescription::open)
                .sorted(Comparator.comparing(ShardDescription::hashStart))
                .toList();
    }

    private long close(ShardDescription shard) {
        long end = seal.applyAsLong(shard);
        shards.replaceAll(each -> each.index() == shard.index() ? each.closed(end, nowMillis) : each);
        return end;
    }

    private void open(
            int parent, @Nullable Integer adjacentParent, BigInteger hashStart, BigInteger hashEnd, long startOrdinal) {
        shards.add(ShardDescription.opened(
                nextIndex++, parent, adjacentParent, hashStart, hashEnd, nowMillis, startOrdinal));
    }
}
