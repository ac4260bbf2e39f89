package dev.millrace.local.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.Locale;

/**
 * What {@code millrace put} did.
 *
 * @param records how many were written
 * @param bytes of their data
 * @param failed how many lines could not be written
 * @param blank how many lines were skipped since there is nothing in them
 * @param overtaken how many records Kinesis refused at first while it took a later one of the same partition key
 */
record PutSummary(String stream, long records, long bytes, Duration elapsed, long failed, long blank, long overtaken) {

    private double seconds() {
        return elapsed.toMillis() / 1000.0;
    }

    private long rate() {
        return Math.round(records / Math.max(seconds(), 0.001));
    }

    String toText() {
        String text = String.format(
                Locale.ROOT,
                "Put %s (%s) to stream %s in %.1f s, %,d a second; %,d failed",
                counted(records, "record"),
                counted(bytes, "byte"),
                stream,
                seconds(),
                rate(),
                failed);
        text += blank == 0 ? "" : ", " + counted(blank, "blank line") + " skipped";
        return overtaken == 0
                ? text
                : text
                        + String.format(
                                Locale.ROOT, ", %,d overtaken by a later record of their partition key", overtaken);
    }

    private static String counted(long count, String what) {
        return String.format(Locale.ROOT, "%,d %s%s", count, what, count == 1 ? "" : "s");
    }

    String toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("stream", stream)
                .put("records", records)
                .put("bytes", bytes)
                .put("seconds", seconds())
                .put("recordsPerSecond", rate())
                .put("failed", failed)
                .put("blankLines", blank)
                .put("overtaken", overtaken)
                .toString();
    }
}
