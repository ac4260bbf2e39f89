package dev.millrace.local.simulator;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stream whose shards split and merge. */
final class SimulatedStream {
    private static final BigInteger HASHES = BigInteger.ONE.shiftLeft(128);

    final String name;
    private final List<SimulatedShard> shards = new ArrayList<>();

    /** @param count how many shards there are at first, of about equal ranges */
    SimulatedStream(String name, int count) {
        this.name = name;
        for (int i = 0; i < count; i++) {
            BigInteger first = HASHES.multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(count));
            BigInteger next = HASHES.multiply(BigInteger.valueOf(i + 1L)).divide(BigInteger.valueOf(count));
            add(first, next.subtract(BigInteger.ONE), List.of());
        }
    }

    /** All shards there have ever been, parents before children. */
    List<SimulatedShard> shards() {
        return shards;
    }

    SimulatedShard shard(String id) {
        return shards.stream().filter(shard -> shard.id.equals(id)).findFirst().orElseThrow();
    }

    List<SimulatedShard> open() {
        return shards.stream().filter(SimulatedShard::isOpen).toList();
    }

    /** The open shard of a hash. */
    SimulatedShard of(BigInteger hash) {
        for (SimulatedShard shard : shards) {
            if (shard.isOpen() && shard.covers(hash)) {
                return shard;
            }
        }
        throw new IllegalStateException("no shard of " + name + " has hash " + hash);
    }

    List<SimulatedShard> split(SimulatedShard parent) {
        parent.close();
        BigInteger middle = parent.firstHash.add(parent.lastHash).shiftRight(1);
        return List.of(
                add(parent.firstHash, middle, List.of(parent)),
                add(middle.add(BigInteger.ONE), parent.lastHash, List.of(parent)));
    }

    SimulatedShard merge(SimulatedShard lower, SimulatedShard upper) {
        lower.close();
        upper.close();
        return add(lower.firstHash, upper.lastHash, List.of(lower, upper));
    }

    /** The open shard after this one, by hashes. */
    @Nullable
    SimulatedShard after(SimulatedShard shard) {
        BigInteger next = shard.lastHash.add(BigInteger.ONE);
        return next.equals(HASHES) ? null : of(next);
    }

    private SimulatedShard add(BigInteger first, BigInteger last, List<SimulatedShard> parents) {
        SimulatedShard shard = new SimulatedShard("shardId-" + shards.size(), first, last, parents);
        shards.add(shard);
        return shard;
    }

    /** The hash by which Kinesis finds a partition key's shard. */
    static BigInteger hash(String partitionKey) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(partitionKey.getBytes(StandardCharsets.UTF_8));
            return new BigInteger(1, digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }
}
