package dev.millrace.local.simulator;

import dev.millrace.ErrorPolicy;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What should come of the readings, worked out naively as they are put, and by nothing that the engine has: a reading is late by
 * how far the shards have come that its partition key was in. No logs, stages or batches.
 */
final class Truth {
    private static final long NONE = Long.MIN_VALUE;

    private final Scenario scenario;
    private final Map<String, BigInteger> hashes = new TreeMap<>();
    private final Map<SimulatedShard, Long> watermarks = new HashMap<>();
    /** How far each partition key's shards have come. */
    private final Map<String, Long> reached = new HashMap<>();

    private final Map<String, List<Long>> times = new TreeMap<>();
    private final Map<String, Long> counts = new TreeMap<>();
    private final Map<String, Long> totals = new TreeMap<>();
    private final List<String> letters = new ArrayList<>();

    Truth(Scenario scenario, Collection<String> partitionKeys) {
        this.scenario = scenario;
        partitionKeys.forEach(key -> hashes.put(key, SimulatedStream.hash(key)));
    }

    void began(SimulatedShard shard) {
        long watermark = shard.parents.stream()
                .mapToLong(parent -> watermarks.getOrDefault(parent, NONE))
                .min()
                .orElse(NONE);
        watermarks.put(shard, watermark);
    }

    /** A record that cannot be used, and does not move the watermark. */
    void unusable(String reason, long sequenceNumber) {
        letter(reason, sequenceNumber);
    }

    /** A record at which the user's code throws. */
    void failing(SimulatedShard shard, long timeMillis, long sequenceNumber) {
        letter("processing-failed", sequenceNumber);
        advance(shard, timeMillis);
    }

    /** @return whether it is late */
    boolean reading(SimulatedShard shard, String partitionKey, String key, long timeMillis, long sequenceNumber) {
        long passed = Math.max(watermarks.getOrDefault(shard, NONE), reached.getOrDefault(partitionKey, NONE));
        boolean isLate = false;
        if (scenario.shape() == PipelineShape.sessions) {
            times.computeIfAbsent(key, absent -> new ArrayList<>()).add(timeMillis);
        } else {
            isLate = !countInWindows(key, timeMillis, passed);
        }
        totals.merge(key, 1L, Long::sum);
        if (isLate && scenario.hasDeadLetters()) {
            letters.add("late " + sequenceNumber);
        }
        advance(shard, timeMillis);
        return isLate;
    }

    private boolean countInWindows(String key, long timeMillis, long passed) {
        long size = scenario.sizeMillis();
        long slide = scenario.slideMillis();
        boolean isCounted = false;
        for (long end = Math.floorDiv(timeMillis, slide) * slide + size; end > timeMillis; end -= slide) {
            if (passed == NONE || end + scenario.latenessMillis() > passed) {
                isCounted = true;
                counts.merge(window(key, end - size, end), 1L, Long::sum);
            }
        }
        return isCounted;
    }

    private void letter(String reason, long sequenceNumber) {
        if (scenario.policy() == ErrorPolicy.DEAD_LETTER) {
            letters.add(reason + " " + sequenceNumber);
        }
    }

    private void advance(SimulatedShard shard, long timeMillis) {
        long next = Math.max(watermarks.getOrDefault(shard, NONE), timeMillis - scenario.outOfOrderMillis());
        watermarks.put(shard, next);
        hashes.forEach((each, hash) -> {
            if (shard.covers(hash)) {
                reached.merge(each, next, Math::max);
            }
        });
    }

    /** The final value of each key and window. */
    Map<String, Long> results() {
        return switch (scenario.shape()) {
            case single, grouped -> counts;
            case chained -> sums();
            case sessions -> sessions();
        };
    }

    private Map<String, Long> sums() {
        Map<String, Long> sums = new TreeMap<>();
        long outer = 2 * scenario.sizeMillis();
        counts.forEach((window, count) -> {
            String bounds = window.substring(window.indexOf(' ') + 1);
            int dash = bounds.indexOf('-', 1);
            long start = Long.parseLong(bounds.substring(0, dash)) + World.BEGINNING;
            long first = Math.floorDiv(start, outer) * outer;
            sums.merge(window("all", first, first + outer), count, Long::sum);
        });
        return sums;
    }

    private Map<String, Long> sessions() {
        Map<String, Long> sessions = new TreeMap<>();
        times.forEach((key, all) -> {
            List<Long> sorted = all.stream().sorted().toList();
            long start = sorted.get(0);
            long end = start;
            long count = 0;
            for (long time : sorted) {
                if (count > 0 && time >= end) {
                    sessions.put(window(key, start, end), count);
                    start = time;
                    count = 0;
                }
                end = time + scenario.sizeMillis();
                count++;
            }
            sessions.put(window(key, start, end), count);
        });
        return sessions;
    }

    /** How many readings there are of each key. */
    Map<String, Long> totals() {
        return scenario.shape() == PipelineShape.chained ? Map.of() : totals;
    }

    /** Reasons and sequence numbers of all dead letters. */
    List<String> letters() {
        return letters.stream().sorted().toList();
    }

    private static String window(String key, long start, long end) {
        return key + " " + (start - World.BEGINNING) + "-" + (end - World.BEGINNING);
    }
}
