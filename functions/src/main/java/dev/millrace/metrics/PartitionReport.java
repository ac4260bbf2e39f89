package dev.millrace.metrics;

import dev.millrace.engine.Reason;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What has become of one partition by one batch or tick, or while its state was handed over.
 *
 * @param shard the partition
 * @param timeMillis when it was made, in epoch milliseconds
 * @param values the metrics that have a value now, in their units; all are finite
 * @param passedOver records passed over since the last report, by reason, without those that were late; none is zero
 */
public record PartitionReport(
        String pipeline,
        String stage,
        String shard,
        long timeMillis,
        Map<Metric, Double> values,
        Map<Reason, Long> passedOver) {
    public PartitionReport {
        values = Collections.unmodifiableMap(new EnumMap<>(values));
        passedOver = Map.copyOf(passedOver);
    }
}
