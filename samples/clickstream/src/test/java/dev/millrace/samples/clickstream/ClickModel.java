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
 * seconds; a click is late when its minute's end is at or before the watermark of the shard that it came in by; a minute's
 * views are final when its end is at or before the watermarks of all shards.
 */
final class ClickModel {
    private static final long MINUTE_MILLIS = 60_000;
    private static final long OUT_OF_ORDERNESS_MILLIS = 5_000;
    private static final long MAX_AHEAD_MILLIS = 300_000;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Map<String, Long> watermarks = new HashMap<>();
    private final Map<String, Long> views = new HashMap<>();
    private final Map<String, String> reasonsByPosition = new TreeMap<>();

    /** Takes a click, in the order of its shard. */
    void take(String shard, String sequenceNumber, String line, Instant arrival) {
        String reason = reason(shard, line, arrival);
        if (!reason.isEmpty()) {
            reasonsByPosition.put(shard + ":" + sequenceNumber, reason);
        }
    }

    private String reason(String shard, String line, Instant arrival) {
        JsonNode click;
        try {
            click = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            return "undecodable";
        }
        JsonNode page = click.path("page");
        boolean hasPage = !page.isMissingNode() && !page.isNull();
        if (!click.isObject() || (hasPage && !page.isTextual())) {
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
        if (!hasPage) {
            return "null-key";
        }
        long start = Math.floorDiv(time, MINUTE_MILLIS) * MINUTE_MILLIS;
        if (start + MINUTE_MILLIS <= watermark) {
            return "late";
        }
        views.merge(page.textValue() + " " + Instant.ofEpochMilli(start), 1L, Long::sum);
        return "";
    }

    /** The rows: views, and whether they are final, by page and window. */
    Map<String, String> rows() {
        return rows(
                watermarks.values().stream().mapToLong(Long::longValue).min().orElse(Long.MIN_VALUE));
    }

    /** The rows once all windows are closed. */
    Map<String, String> finalRows() {
        return rows(Long.MAX_VALUE);
    }

    private Map<String, String> rows(long watermark) {
        Map<String, String> rows = new TreeMap<>();
        views.forEach((pageAndStart, count) -> {
            String start = pageAndStart.substring(pageAndStart.lastIndexOf(' ') + 1);
            Instant end = Instant.parse(start).plusMillis(MINUTE_MILLIS);
            rows.put(pageAndStart, end + " " + count + " " + (end.toEpochMilli() <= watermark));
        });
        return rows;
    }

    /** The dead letters' reasons, by shard and sequence number. */
    Map<String, String> deadLetters() {
        return reasonsByPosition;
    }
}
