package dev.millrace.metrics;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.engine.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes reports in CloudWatch's embedded metric format: JSON objects, a line each, which CloudWatch Logs makes metrics of.
 * One line has the partition's values; one more for each reason for which records were passed over has their number, since a
 * line has one value of a dimension. The shard is a property, to be searched for, and no dimension, which would cost a metric
 * each.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">
 *     Specification: Embedded metric format</a>
 */
public final class EmbeddedMetrics implements Reporter {
    /** The property that names the partition. */
    public static final String SHARD = "Shard";

    private final Consumer<String> lines;

    /** @param lines takes each line, without its end; by several threads */
    public EmbeddedMetrics(Consumer<String> lines) {
        this.lines = lines;
    }

    /** Writes to {@link System#out} as it is at the time of each report, each line in one piece. */
    public static EmbeddedMetrics toStandardOutput() {
        return new EmbeddedMetrics(line -> {
            // Lambda makes a log event of each write: a line that came in two would be none that CloudWatch
            // understands.
            byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
            System.out.write(bytes, 0, bytes.length);
            System.out.flush();
        });
    }

    @Override
    public void report(PartitionReport report) {
        // Both or none: a line that cannot be made must not leave the other behind.
        List<String> made = new ArrayList<>();
        made.add(line(report, report.values(), List.of(Metric.PIPELINE, Metric.STAGE), null));
        for (Map.Entry<Reason, Long> ofReason : new TreeMap<>(report.passedOver()).entrySet()) {
            made.add(line(
                    report,
                    Map.of(Metric.PASSED_OVER_RECORDS, (double) ofReason.getValue()),
                    List.of(Metric.PIPELINE, Metric.STAGE, Metric.REASON),
                    ofReason.getKey()));
        }
        made.forEach(lines);
    }

    private static String line(
            PartitionReport report, Map<Metric, Double> values, List<String> dimensions, @Nullable Reason reason) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode metadata = root.putObject("_aws").put("Timestamp", report.timeMillis());
        ObjectNode directive =
                metadata.putArray("CloudWatchMetrics").addObject().put("Namespace", Metric.NAMESPACE);
        ArrayNode set = directive.putArray("Dimensions").addArray();
        dimensions.forEach(set::add);
        ArrayNode metrics = directive.putArray("Metrics");
        root.put(Metric.PIPELINE, report.pipeline()).put(Metric.STAGE, report.stage());
        if (reason != null) {
            root.put(Metric.REASON, reason.text());
        }
        root.put(SHARD, report.shard());
        values.forEach((metric, value) -> {
            metrics.addObject()
                    .put("Name", metric.cloudWatchName())
                    .put("Unit", metric.unit().cloudWatchName());
            putNumber(root, metric.cloudWatchName(), value);
        });
        return root.toString();
    }

    /** Whole numbers as such: they are shorter. */
    private static void putNumber(ObjectNode root, String name, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(name + " is " + value + ": CloudWatch takes finite numbers only");
        }
        if (value == Math.rint(value) && Math.abs(value) < Long.MAX_VALUE) {
            root.put(name, (long) value);
        } else {
            root.put(name, value);
        }
    }
}
