package dev.millrace.local.kinesis;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A stream at work: its present description, the log of each shard, and the way from a hash key to a shard. */
final class Stream {
    private final Map<Integer, ShardLog> logs = new ConcurrentHashMap<>();
    private final Subscriptions subscriptions = new Subscriptions();
    private volatile View view;

    /** What changes together; the open shards come in order of their hash keys. */
    private record View(StreamDescription description, List<ShardDescription> open) {}

    /** The logs of all shards must be added before the stream is used. */
    Stream(StreamDescription description) {
        this.view = view(description);
    }

    StreamDescription description() {
        return view.description();
    }

    /** Puts a new description in place; logs of new shards must be there already. */
    void describe(StreamDescription description) {
        view = view(description);
        // Only now do a sealed shard's readers find its children, and a consumer that was deregistered its end.
        logs.values().forEach(ShardLog::callListeners);
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    private static View view(StreamDescription description) {
        return new View(
                description,
                description.openShards().stream()
                        .sorted(Comparator.comparing(ShardDescription::hashStart))
                        .toList());
    }

    void add(int shardIndex, ShardLog log) {
        logs.put(shardIndex, log);
    }

    @Nullable
    ShardLog remove(int shardIndex) {
        return logs.remove(shardIndex);
    }

    /** The log of a shard, or null if there is no such shard (any more). */
    @Nullable
    ShardLog log(int shardIndex) {
        return logs.get(shardIndex);
    }

    Map<Integer, ShardLog> logs() {
        return logs;
    }

    /**
     * Appends the entries whose result is still null, with one write per shard, and fills in their results. Entries stay
     * null if their shard was closed meanwhile: the caller waits for the resharding to end and calls again.
     */
    void append(List<PutEntry> entries, @Nullable PutResult[] results, long nowMillis) throws IOException {
        List<ShardDescription> open = view.open();
        MessageDigest md5 = md5();
        List<List<Integer>> byShard = new ArrayList<>();
        open.forEach(shard -> byShard.add(new ArrayList<>()));
        for (int i = 0; i < entries.size(); i++) {
            if (results[i] == null) {
                byShard.get(route(open, hashKey(entries.get(i), md5))).add(i);
            }
        }
        for (int s = 0; s < open.size(); s++) {
            List<Integer> indices = byShard.get(s);
            if (!indices.isEmpty()) {
                appendTo(open.get(s), indices, entries, results, nowMillis);
            }
        }
    }

    private void appendTo(
            ShardDescription shard,
            List<Integer> indices,
            List<PutEntry> entries,
            @Nullable PutResult[] results,
            long nowMillis)
            throws IOException {
        ShardLog log = Objects.requireNonNull(logs.get(shard.index()), "every open shard has a log");
        long ordinal = log.append(indices.stream().map(entries::get).toList(), nowMillis);
        if (ordinal >= 0) {
            String shardId = shard.shardId();
            for (int i : indices) {
                results[i] = new PutResult(shardId, new SequenceNumber(ordinal++, shard.index()).toString());
            }
        }
    }

    private static BigInteger hashKey(PutEntry entry, MessageDigest md5) {
        BigInteger explicit = entry.explicitHashKey();
        return explicit != null
                ? explicit
                : new BigInteger(1, md5.digest(entry.partitionKey().getBytes(StandardCharsets.UTF_8)));
    }

    /** Position in {@code open} of the shard with that hash key. */
    private static int route(List<ShardDescription> open, BigInteger hashKey) {
        int low = 0;
        for (int high = open.size() - 1; low < high; ) {
            int middle = (low + high + 1) >>> 1;
            if (open.get(middle).hashStart().compareTo(hashKey) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("MD5 is part of every Java platform", e);
        }
    }
}
