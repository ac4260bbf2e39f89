package dev.millrace.driver;

import dev.millrace.engine.RoutingHash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What comes of readings that are counted by a key of their own, whatever partition key they were put with: a reading is late
 * by how far the shards have come that its partition key was in. No logs, stages or batches.
 */
final class StagesModel {
    private static final long NONE = Long.MIN_VALUE;

    private final long size;
    private final long slide;
    private final long lateness;
    private final Map<String, Long> watermarks = new HashMap<>();
    /** How far each partition key's shards have come. */
    private final Map<String, Long> reached = new HashMap<>();

    private final List<String> partitionKeys;
    /** How many readings there are of each key and window. */
    final Map<String, Integer> counts = new TreeMap<>();
    /** How many there are of each key. */
    final Map<String, Integer> totals = new TreeMap<>();

    final List<String> late = new ArrayList<>();

    StagesModel(List<String> partitionKeys, long size, long slide, long lateness) {
        this.partitionKeys = partitionKeys;
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

    void put(TestStream.Shard shard, String partitionKey, String key, long offset, String sequenceNumber) {
        long watermark = watermarks.getOrDefault(shard.id, NONE);
        long passed = Math.max(watermark, reached.getOrDefault(partitionKey, NONE));
        boolean isLate = true;
        for (long end = Math.floorDiv(offset, slide) * slide + size; end > offset; end -= slide) {
            if (passed == NONE || end + lateness > passed) {
                isLate = false;
                counts.merge(key + " " + (end - size) + "-" + end, 1, Integer::sum);
            }
        }
        totals.merge(key, 1, Integer::sum);
        if (isLate) {
            late.add("late " + sequenceNumber);
        }
        long next = Math.max(watermark, offset);
        watermarks.put(shard.id, next);
        partitionKeys.stream()
                .filter(each -> shard.range.contains(RoutingHash.of(each)))
                .forEach(each -> reached.merge(each, next, Math::max));
    }
}
