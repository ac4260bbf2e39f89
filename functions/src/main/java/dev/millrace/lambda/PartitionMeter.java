package dev.millrace.lambda;

import dev.millrace.driver.PartitionDriver;
import dev.millrace.driver.PartitionObserver;
import dev.millrace.engine.Progress;
import dev.millrace.engine.Reason;
import dev.millrace.metrics.Metric;
import dev.millrace.metrics.PartitionReport;
import dev.millrace.metrics.Reporter;
import dev.millrace.state.LogName;
import dev.millrace.state.StateLog;
import dev.millrace.state.StateLogCounters;
import dev.millrace.state.StateLogStore;
import dev.millrace.state.Usage;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports on one partition: counts of what has happened since its last report, and how it stands now. Used by whoever uses
 * the partition, one at a time.
 */
final class PartitionMeter {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionMeter.class);

    /** Where reports go, what tells their time, and who looks on besides. */
    record Reporting(Reporter reporter, Clock clock, PartitionObserver observer) {
        Reporting(Reporter reporter, Clock clock) {
            this(reporter, clock, PartitionObserver.NONE);
        }
    }

    private final Reporting reporting;
    private final LogName name;
    private final PartitionDriver driver;
    private final StateLog log;
    private final StateLogStore store;
    private Totals reported;

    /** @param store of this partition alone, since it counts what it is asked for */
    PartitionMeter(Reporting reporting, LogName name, PartitionDriver driver, StateLog log, StateLogStore store) {
        this.reporting = reporting;
        this.name = name;
        this.driver = driver;
        this.log = log;
        this.store = store;
        this.reported = totals();
    }

    private record Totals(StateLogCounters log, Usage usage, Map<Reason, Long> passedOver) {
        long passedOver(Reason reason) {
            return passedOver.getOrDefault(reason, 0L);
        }
    }

    private Totals totals() {
        return new Totals(log.counters(), store.usage(), driver.counts());
    }

    /** Makes a report. Throws nothing: what fails here must not fail a batch. What is not reported now is the next time. */
    void report(Cause cause, boolean isFailure) {
        try {
            Totals now = totals();
            reporting.reporter().report(report(cause, isFailure, now));
            reported = now;
            reporting.observer().used(name, driver, log, store);
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("The metrics of {} could not be reported", name, e);
        }
    }

    private PartitionReport report(Cause cause, boolean isFailure, Totals now) {
        long millis = reporting.clock().millis();
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        Metric duration = cause.duration();
        if (duration != null) {
            values.put(duration, (double) Math.max(0, millis - cause.startMillis()));
            values.put(Metric.FAILURES, isFailure ? 1.0 : 0.0);
        }
        if (duration == Metric.BATCH_DURATION) {
            values.put(Metric.RECORDS, (double) cause.records());
        }
        values.put(Metric.FENCED_COMMITS, (double) (now.log.fenced() - reported.log.fenced()));
        values.put(Metric.CATCH_UP_ENTRIES, (double) (now.log.caughtUp() - reported.log.caughtUp()));
        values.put(Metric.LOADS, (double) (now.log.loads() - reported.log.loads()));
        Usage used = now.usage.since(reported.usage);
        values.put(
                Metric.WRITE_UNITS,
                used.entries().units() + used.buckets().units() + used.others().units());
        values.put(Metric.READ_UNITS, used.reads().units());
        addStanding(values, duration == Metric.BATCH_DURATION, millis);

        Map<Reason, Long> passedOver = new EnumMap<>(Reason.class);
        for (Reason reason : now.passedOver.keySet()) {
            long count = now.passedOver(reason) - reported.passedOver(reason);
            if (count > 0) {
                passedOver.put(reason, count);
            }
        }
        Long late = passedOver.remove(Reason.LATE);
        values.put(Metric.LATE_RECORDS, late == null ? 0.0 : late);
        values.put(Metric.PASSED_OVER_RECORDS, (double)
                passedOver.values().stream().mapToLong(Long::longValue).sum());
        return new PartitionReport(name.pipeline(), name.stage(), name.partition(), millis, values, passedOver);
    }

    /** How the partition stands, where that is known: before its log is loaded it is not. */
    private void addStanding(Map<Metric, Double> values, boolean isBatch, long nowMillis) {
        if (!log.isLoaded()) {
            return;
        }
        values.put(Metric.STATE_SIZE, (double) log.counters().stateBytes());
        values.put(Metric.FULLEST_BUCKET, 100 * log.fullestBucket());
        long eventTime = driver.eventTimeMillis();
        // At rest event time stands still, and nothing waits for it. A batch that cannot be taken is behind all the
        // same.
        if (eventTime != Progress.NO_TIME && (isBatch || !driver.isAtRest())) {
            values.put(Metric.WATERMARK_LAG, (double) Math.max(0, nowMillis - eventTime));
        }
    }
}
