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

    private final Map<String, List<Sessions.Timed>> times = new TreeMap<>();
    private final Map<KeyWindow, List<Long>> windows = new TreeMap<>();
    private final Map<String, List<Long>> totals = new TreeMap<>();
    private final List<String> late = new ArrayList<>();
    private final Map<String, Integer> lateTotals = new TreeMap<>();
    private final List<String> letters = new ArrayList<>();

    Truth(Scenario scenario, Collection<String> partitionKeys) {
        this.scenario = scenario;
        partitionKeys.forEach(key -> hashes.put(key, SimulatedStream.hash(key)));
    }

    /**
     * Where a reading is.
     *
     * @param id its sequence number, a slash, and its place in an aggregated record
     */
    record Place(SimulatedShard shard, String partitionKey, String id) {}

    void began(SimulatedShard shard) {
        long watermark = shard.parents.stream()
                .mapToLong(parent -> watermarks.getOrDefault(parent, NONE))
                .min()
                .orElse(NONE);
        watermarks.put(shard, watermark);
    }

    /** A record that cannot be used, and does not move the watermark. */
    void unusable(Place place, String reason) {
        letter(reason, place);
    }

    /** A record at which the user's code throws. */
    void failing(Place place, long timeMillis) {
        letter("processing-failed", place);
        advance(place.shard, timeMillis);
    }

    /** @return whether it is late */
    boolean reading(Place place, Reading reading) {
        long timeMillis = reading.timeMillis();
        boolean isLate = false;
        if (scenario.shape() == PipelineShape.sessions) {
            times.computeIfAbsent(reading.key(), absent -> new ArrayList<>())
                    .add(new Sessions.Timed(timeMillis, reading.number()));
        } else {
            isLate = !addToWindows(reading, timeMillis, passed(place));
        }
        totals.computeIfAbsent(reading.key(), absent -> new ArrayList<>()).add(reading.number());
        if (isLate) {
            late(place, reading);
        }
        advance(place.shard, timeMillis);
        return isLate;
    }

    /** A record that has come to a shard which it does not belong to finds no more there than that shard's own watermark. */
    private long passed(Place place) {
        long ofShard = watermarks.getOrDefault(place.shard, NONE);
        BigInteger hash = hashes.getOrDefault(place.partitionKey, BigInteger.ZERO);
        return place.shard.covers(hash) ? Math.max(ofShard, reached.getOrDefault(place.partitionKey, NONE)) : ofShard;
    }

    private boolean addToWindows(Reading reading, long timeMillis, long passed) {
        long size = scenario.sizeMillis();
        long slide = scenario.slideMillis();
        boolean isAdded = false;
        for (long end = Math.floorDiv(timeMillis, slide) * slide + size; end > timeMillis; end -= slide) {
            if (passed == NONE || end + scenario.latenessMillis() > passed) {
                isAdded = true;
                windows.computeIfAbsent(KeyWindow.of(reading.key(), end - size, end), absent -> new ArrayList<>())
                        .add(reading.number());
            }
        }
        return isAdded;
    }

    private void late(Place place, Reading reading) {
        if (scenario.late() != Scenario.Late.UNUSED) {
            late.add(reading.key() + " " + reading.number());
            lateTotals.merge(reading.key(), 1, Integer::sum);
        } else if (scenario.hasDeadLetters()) {
            letters.add("late " + place.id);
        }
    }

    private void letter(String reason, Place place) {
        if (scenario.policy() == ErrorPolicy.DEAD_LETTER) {
            letters.add(reason + " " + place.id);
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

    /** The numbers of each key and window. */
    Map<KeyWindow, List<Long>> windows() {
        return scenario.shape() == PipelineShape.sessions ? Sessions.of(times, scenario.sizeMillis()) : windows;
    }

    /** The final value of each key and window, by the window's text. */
    Map<String, String> results() {
        Map<String, String> results = new TreeMap<>();
        if (scenario.shape() == PipelineShape.chained) {
            ofResults().forEach((window, values) -> results.put(window.toString(), ofResults(values)));
        } else {
            windows()
                    .forEach((window, numbers) ->
                            results.put(window.toString(), scenario.fold().of(numbers)));
        }
        return results;
    }

    private Map<KeyWindow, List<String>> ofResults() {
        Map<KeyWindow, List<String>> outer = new TreeMap<>();
        long size = 2 * scenario.sizeMillis();
        windows.forEach((window, numbers) -> {
            long first = Math.floorDiv(window.start() + World.BEGINNING, size) * size;
            String value = scenario.fold().of(numbers);
            outer.computeIfAbsent(KeyWindow.of("all", first, first + size), absent -> new ArrayList<>())
                    .add(scenario.sumsResults() ? value : SimulatedPipeline.named(window.key(), window.start(), value));
        });
        return outer;
    }

    private String ofResults(List<String> values) {
        return scenario.sumsResults()
                ? String.valueOf(values.stream().mapToLong(Long::parseLong).sum())
                : Listing.join(values, true);
    }

    /** The running value of each key. */
    Map<String, String> totals() {
        Map<String, String> values = new TreeMap<>();
        if (scenario.shape() != PipelineShape.chained) {
            totals.forEach((key, numbers) -> values.put(key, scenario.fold().of(numbers)));
        }
        return values;
    }

    /** Keys and numbers of the late readings that are sent. */
    List<String> late() {
        return late.stream().sorted().toList();
    }

    /** How many readings of each key are late, where that is counted. */
    Map<String, String> lateTotals() {
        Map<String, String> values = new TreeMap<>();
        if (scenario.late() == Scenario.Late.SENT_AND_COUNTED) {
            lateTotals.forEach((key, count) -> values.put(key, String.valueOf(count)));
        }
        return values;
    }

    /** Reasons and places of all dead letters. */
    List<String> letters() {
        return letters.stream().sorted().toList();
    }
}
