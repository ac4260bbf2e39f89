package dev.millrace.driver;

import dev.millrace.engine.RoutingHash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What final counts and late readings a stream should bring about, however it is resharded: each key has come as far as the
 * watermarks of the shards that it was in, and a shard begins with the smallest of its parents'. No logs, ranges or floors.
 */
final class WindowsByKey {
    private static final long NONE = Long.MIN_VALUE;

    private final long size;
    private final long slide;
    private final long lateness;
    private final Map<String, Long> watermarks = new HashMap<>();
    private final Map<String, Long> keys = new HashMap<>();
    private final Map<String, TreeMap<Long, Integer>> countsByEnd = new HashMap<>();
    final List<String> results = new ArrayList<>();
    final List<String> late = new ArrayList<>();

    WindowsByKey(List<String> allKeys, long size, long slide, long lateness) {
        allKeys.forEach(key -> countsByEnd.put(key, new TreeMap<>()));
        this.size = size;
        this.slide = slide;
        this.lateness = lateness;
    }

    /** A shard came of others. */
    void began(TestStream.Shard shard) {
        watermarks.put(
                shard.id,
                shard.parents.stream()
                        .mapToLong(parent -> watermarks.getOrDefault(parent, NONE))
                        .min()
                        .orElse(NONE));
    }

    void put(TestStream.Shard shard, String key, long offset, String sequenceNumber) {
        long watermark = watermarks.getOrDefault(shard.id, NONE);
        long reached = Math.max(watermark, keys.getOrDefault(key, NONE));
        TreeMap<Long, Integer> counts = Objects.requireNonNull(countsByEnd.get(key));
        boolean isLate = true;
        for (long end = Math.floorDiv(offset, slide) * slide + size; end > offset; end -= slide) {
            if (reached == NONE || end + lateness > reached) {
                isLate = false;
                int count = counts.merge(end, 1, Integer::sum);
                if (end <= reached) {
                    results.add(text(key, end, count));
                }
            }
        }
        if (isLate) {
            late.add("late " + sequenceNumber);
        }
        long next = Math.max(watermark, offset);
        watermarks.put(shard.id, next);
        countsByEnd.keySet().stream()
                .filter(each -> shard.range.contains(RoutingHash.of(each)))
                .forEach(each -> reach(each, next));
    }

    /** All windows close. */
    void end() {
        countsByEnd.keySet().forEach(key -> reach(key, Long.MAX_VALUE / 2));
    }

    private void reach(String key, long next) {
        long reached = keys.getOrDefault(key, NONE);
        if (next > reached) {
            Objects.requireNonNull(countsByEnd.get(key)).forEach((end, count) -> {
                if (end > reached && end <= next) {
                    results.add(text(key, end, count));
                }
            });
            keys.put(key, next);
        }
    }

    private String text(String key, long end, int count) {
        return key + " " + (end - size) + "-" + end + ": " + count;
    }
}
