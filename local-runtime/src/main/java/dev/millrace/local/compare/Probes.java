package dev.millrace.local.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** When probes should have been sent, and when their results were seen. Safe for use by several threads. */
final class Probes {
    private static final long UNSEEN = Long.MIN_VALUE;

    private final ConcurrentMap<Long, Probe> sent = new ConcurrentHashMap<>();
    private final ConcurrentMap<Long, Long> seen = new ConcurrentHashMap<>();

    /**
     * One probe; times are as of {@link System#nanoTime}.
     *
     * @param intendedNanos when it should have been sent, whenever it was
     * @param shardId where it went
     * @param seenNanos when its result was seen
     */
    record Probe(long number, long intendedNanos, String shardId, long seenNanos) {
        long latencyNanos() {
            return seenNanos - intendedNanos;
        }
    }

    void sent(long number, long intendedNanos, String shardId) {
        sent.put(number, new Probe(number, intendedNanos, shardId, UNSEEN));
    }

    /** The first time counts. */
    void seen(long number, long nanos) {
        seen.putIfAbsent(number, nanos);
    }

    int unseen() {
        return (int) sent.keySet().stream()
                .filter(number -> !seen.containsKey(number))
                .count();
    }

    /** Those sent and seen, in the order in which they should have been sent. */
    List<Probe> all() {
        List<Probe> all = new ArrayList<>();
        sent.values().stream()
                .sorted((a, b) -> Long.compare(a.intendedNanos(), b.intendedNanos()))
                .forEach(probe -> {
                    @Nullable Long at = seen.get(probe.number());
                    if (at != null) {
                        all.add(new Probe(probe.number(), probe.intendedNanos(), probe.shardId(), at));
                    }
                });
        return all;
    }
}
