package dev.millrace.local.compare;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which records of each shard a life of a process has read: from the first to the last, with none left out. Thread-safe. */
final class SourceReads {
    private final Map<String, String> first = new HashMap<>();
    private final Map<String, String> last = new HashMap<>();
    private long beganNanos;

    /** Sequence numbers have all the same number of digits. */
    synchronized void read(String shardId, String from, String to, long nowNanos) {
        if (first.isEmpty()) {
            beganNanos = nowNanos;
        }
        first.merge(shardId, from, (a, b) -> a.compareTo(b) <= 0 ? a : b);
        last.merge(shardId, to, (a, b) -> a.compareTo(b) >= 0 ? a : b);
    }

    /** When it first read anything. */
    synchronized long beganNanos() {
        return beganNanos;
    }

    /**
     * How many records the next life has read again.
     *
     * @param all the sequence numbers of each shard's records, in order
     */
    static long again(SourceReads before, SourceReads after, Map<String, List<String>> all) {
        long again = 0;
        for (Map.Entry<String, List<String>> shard : all.entrySet()) {
            String from = after.first.get(shard.getKey());
            String to = before.last.get(shard.getKey());
            if (from != null && to != null) {
                again += Math.max(0, 1 + place(shard.getValue(), to) - place(shard.getValue(), from));
            }
        }
        return again;
    }

    private static int place(List<String> sequenceNumbers, String one) {
        int place = Collections.binarySearch(sequenceNumbers, one);
        if (place < 0) {
            throw new IllegalStateException("record " + one + " was read and never put");
        }
        return place;
    }
}
