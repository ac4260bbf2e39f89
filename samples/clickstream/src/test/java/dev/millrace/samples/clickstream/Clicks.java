package dev.millrace.samples.clickstream;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Clicks as they come in real life, by seed: most in order, some behind, some late, doubled, malformed, or from the future. */
final class Clicks {
    private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
    private static final int PAGES = 50;

    private Clicks() {}

    /**
     * A click as it is put.
     *
     * @param partitionKey the partition key it is put with
     * @param line its data
     */
    record Put(String partitionKey, String line) {}

    static List<Put> make(int count, long seed) {
        Random random = new Random(seed);
        List<Put> puts = new ArrayList<>();
        long clockMillis = START.toEpochMilli();
        while (puts.size() < count) {
            clockMillis += random.nextInt(60);
            // Few pages take most of the views.
            String page = "/page-" + (int) (PAGES * Math.pow(random.nextDouble(), 3));
            Put put = new Put(Integer.toHexString(random.nextInt()), line(random, page, clockMillis));
            puts.add(put);
            if (random.nextInt(50) == 0 && puts.size() < count) {
                puts.add(put);
            }
        }
        return puts;
    }

    private static String line(Random random, String page, long clockMillis) {
        int kind = random.nextInt(1_000);
        long behindMillis = kind < 600 ? 0 : kind < 900 ? random.nextInt(5_000) : random.nextInt(180_000);
        String timestamp = "\"" + Instant.ofEpochMilli(clockMillis - behindMillis) + "\"";
        String user = "u" + random.nextInt(1_000);
        return switch (random.nextInt(200)) {
            case 0 -> "{\"user\":\"" + user + "\",\"page\":\"" + page + "\"";
            case 1 -> "not json at all";
            case 2 -> "{\"user\":\"" + user + "\",\"page\":17,\"timestamp\":" + timestamp + "}";
            case 3 -> "{\"user\":\"" + user + "\",\"page\":\"" + page + "\"}";
            case 4 -> click(user, page, "\"yesterday\"");
            case 5 -> click(user, page, "1700000000");
            case 6 -> click(user, page, "\"2999-01-01T00:00:00Z\"");
            case 7 -> "{\"user\":\"" + user + "\",\"timestamp\":" + timestamp + "}";
            case 8 ->
                "{\"user\":\"" + user + "\",\"page\":\"" + page + "\",\"timestamp\":" + timestamp
                        + ",\"referrer\":{\"url\":\"https://example.com\"}}";
            default -> click(user, page, timestamp);
        };
    }

    private static String click(String user, String page, String timestamp) {
        return "{\"user\":\"" + user + "\",\"page\":\"" + page + "\",\"timestamp\":" + timestamp + "}";
    }
}
