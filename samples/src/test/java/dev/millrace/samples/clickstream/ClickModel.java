package dev.millrace.samples.clickstream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What must come of clicks, worked out naively from the rules: a shard's watermark is its largest event time so far less five
 * seconds; a click is late when its minute's end is at or before the watermark as it arrives.
 */
final class ClickModel {
    private static final long MINUTE_MILLIS = 60_000;
    private static final long OUT_OF_ORDERNESS_MILLIS = 5_000;
    private static final long MAX_AHEAD_MILLIS = 300_000;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Map<String, Long> watermarks = new HashMap<>();
    private final Map<String, Map<String, Long>> viewsByShard = new HashMap<>();
    private final Map<String, String> reasonsByPosition = new TreeMap<>();

    /** Takes a click, in the order of its shard. */
    void take(String shard, String sequenceNumber, Clicks.Put put, Instant arrival) {
        String reason = reason(shard, put, arrival);
        if (!reason.isEmpty()) {
            reasonsByPosition.put(shard + ":" + sequenceNumber, reason);
        }
    }

    private String reason(String shard, Clicks.Put put, Instant arrival) {
        JsonNode click;
        try {
            click = JSON.readTree(put.line());
        } catch (JsonProcessingException e) {
            return "undecodable";
        }
        if (!click.isObject() || !click.path("page").isTextual()) {
            return "undecodable";
        }
        long time;
        try {
            time = Instant.parse(
                            click.path("timestamp").isTextual()
                                    ? click.path("timestamp").textValue()
                                    : "")
                    .toEpochMilli();
        } catch (DateTimeException e) {
            return "no-event-time";
        }
        if (time - arrival.toEpochMilli() > MAX_AHEAD_MILLIS) {
            return "future-event-time";
        }
        long watermark = watermarks.getOrDefault(shard, Long.MIN_VALUE);
        watermarks.put(shard, Math.max(watermark, time - OUT_OF_ORDERNESS_MILLIS));
        String page = click.path("page").textValue();
        if (!page.equals(put.partitionKey())) {
            return "key-mismatch";
        }
        long start = Math.floorDiv(time, MINUTE_MILLIS) * MINUTE_MILLIS;
        if (start + MINUTE_MILLIS <= watermark) {
            return "late";
        }
        viewsByShard
                .computeIfAbsent(shard, name -> new HashMap<>())
                .merge(page + " " + Instant.ofEpochMilli(start), 1L, Long::sum);
        return "";
    }

    /** The rows: views, and whether they are final, by page and window. */
    Map<String, String> rows() {
        Map<String, String> rows = new TreeMap<>();
        viewsByShard.forEach((shard, views) -> views.forEach((pageAndStart, count) -> {
            String start = pageAndStart.substring(pageAndStart.lastIndexOf(' ') + 1);
            Instant end = Instant.parse(start).plusMillis(MINUTE_MILLIS);
            boolean isFinal = end.toEpochMilli() <= watermarks.getOrDefault(shard, Long.MIN_VALUE);
            rows.put(pageAndStart, end + " " + count + " " + isFinal);
        }));
        return rows;
    }

    /** The dead letters' reasons, by shard and sequence number. */
    Map<String, String> deadLetters() {
        return reasonsByPosition;
    }
}
