package dev.millrace.driver;

import dev.millrace.engine.HashRange;
import dev.millrace.engine.Position;
import dev.millrace.engine.RoutingHash;
import dev.millrace.engine.SourceRecord;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A stream in memory, whose shards split and merge. Records have numbers, which grow over all shards, for sequence numbers. */
final class TestStream implements StreamShards {
    /** A shard with all its records. */
    static final class Shard {
        final String id;
        final HashRange range;
        final List<String> parents;
        final List<BatchItem> records = new ArrayList<>();
        boolean isOpen = true;
        /** How many of its records the mapping has moved past. */
        int done;

        private Shard(String id, HashRange range, List<String> parents) {
            this.id = id;
            this.range = range;
            this.parents = parents;
        }

        boolean isDone() {
            return done == records.size();
        }
    }

    private final Map<String, Shard> shards = new LinkedHashMap<>();
    private int numbers;

    /** Reads that were made to prove a shard drained. */
    final List<String> proofs = new ArrayList<>();

    TestStream() {
        this(1);
    }

    /** @param count how many shards there are at first, of about equal ranges */
    TestStream(int count) {
        BigInteger all = BigInteger.ONE.shiftLeft(128);
        for (int i = 0; i < count; i++) {
            BigInteger first = all.multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(count));
            BigInteger next = all.multiply(BigInteger.valueOf(i + 1L)).divide(BigInteger.valueOf(count));
            add(new HashRange(first, next.subtract(BigInteger.ONE)), List.of());
        }
    }

    private Shard add(HashRange range, List<String> parents) {
        Shard shard = new Shard("shard-" + (10 + shards.size()), range, parents);
        shards.put(shard.id, shard);
        return shard;
    }

    Shard shard(String id) {
        return Objects.requireNonNull(shards.get(id), id);
    }

    List<Shard> all() {
        return List.copyOf(shards.values());
    }

    List<Shard> open() {
        return shards.values().stream().filter(shard -> shard.isOpen).toList();
    }

    /** The open shard of a key. */
    Shard of(String key) {
        BigInteger hash = RoutingHash.of(key);
        return open().stream()
                .filter(shard -> shard.range.contains(hash))
                .findFirst()
                .orElseThrow();
    }

    /** Puts a reading at an offset in milliseconds. */
    BatchItem put(String key, long offsetMillis) {
        BatchItem item = Rig.item(++numbers, key, offsetMillis);
        of(key).records.add(item);
        return item;
    }

    /** Puts a record of any kind into a shard. */
    BatchItem put(Shard shard, String partitionKey, byte[] data, long arrivalMillis) {
        Position position = new Position(Integer.toString(++numbers), 0, false);
        BatchItem item = BatchItem.of(new SourceRecord(partitionKey, data, position, arrivalMillis));
        shard.records.add(item);
        return item;
    }

    /** Splits a shard in halves, the lower one first. */
    List<Shard> split(Shard parent) {
        parent.isOpen = false;
        BigInteger middle = parent.range.first().add(parent.range.last()).shiftRight(1);
        return List.of(
                add(new HashRange(parent.range.first(), middle), List.of(parent.id)),
                add(new HashRange(middle.add(BigInteger.ONE), parent.range.last()), List.of(parent.id)));
    }

    /** Merges a shard with the one after it. */
    Shard merge(Shard lower, Shard upper) {
        lower.isOpen = false;
        upper.isOpen = false;
        return add(new HashRange(lower.range.first(), upper.range.last()), List.of(lower.id, upper.id));
    }

    /** The open shard after this one, by hashes. */
    @Nullable
    Shard after(Shard shard) {
        return open().stream()
                .filter(other -> other.range.first().equals(shard.range.last().add(BigInteger.ONE)))
                .findFirst()
                .orElse(null);
    }

    /** A shard's retention is over: nothing tells of it any more. */
    void forget(Shard shard) {
        shards.remove(shard.id);
    }

    boolean parentsAreDone(Shard shard) {
        return shard.parents.stream().map(shards::get).filter(Objects::nonNull).allMatch(Shard::isDone);
    }

    @Override
    public List<ShardInfo> list() {
        return shards.values().stream()
                .map(shard -> new ShardInfo(shard.id, shard.parents, shard.range, shard.isOpen))
                .toList();
    }

    @Override
    public boolean isReadAfter(String shardId, @Nullable Position position) {
        Shard shard = shard(shardId);
        if (shard.isOpen) {
            throw new AssertionError("a read of the open shard " + shardId + " has no end");
        }
        proofs.add(shardId);
        return after(shard, position).findAny().isEmpty();
    }

    IdleProbe idleProbe(Shard shard) {
        return position -> shard.isOpen && after(shard, position).findAny().isEmpty();
    }

    private static Stream<BatchItem> after(Shard shard, @Nullable Position position) {
        return shard.records.stream()
                .filter(item -> position == null || positionOf(item).compareTo(position) > 0);
    }

    static Position positionOf(BatchItem item) {
        return Objects.requireNonNull(item.record().position());
    }
}
