package dev.millrace.local.mapping;

import dev.millrace.driver.PartitionSettings;
import dev.millrace.engine.Limits;
import dev.millrace.lambda.HandlerSettings;
import dev.millrace.local.kinesis.StartingPosition;
import java.time.Duration;
import java.util.Optional;

/**
 * How an event source mapping delivers records; the names are those of AWS's settings. Start from {@link #defaults}.
 *
 * @param batchSize how many records a batch has at most: 1 to 10,000
 * @param batchingWindow how long to gather records for a batch: 0 to 300 s
 * @param maximumRetryAttempts how often a batch is delivered again, before it is discarded; -1 for ever
 * @param maximumRecordAge records older than this are discarded; negative for none
 * @param bisectBatchOnFunctionError whether a batch for which the function throws is split in two before it is tried again
 * @param startingPosition where a shard that has no checkpoint is read from
 * @param tickInterval how often the function gets a tick
 */
public record MappingSettings(
        int batchSize,
        Duration batchingWindow,
        int maximumRetryAttempts,
        Duration maximumRecordAge,
        boolean bisectBatchOnFunctionError,
        StartingPosition startingPosition,
        Duration tickInterval) {
    public static final int MAX_BATCH_SIZE = 10_000;
    private static final Duration MAX_BATCHING_WINDOW = Duration.ofMinutes(5);
    private static final int FOREVER = -1;

    public MappingSettings {
        if (batchSize < 1 || batchSize > MAX_BATCH_SIZE) {
            throw new IllegalArgumentException(
                    "the batch size is " + batchSize + ", and must be 1 to " + MAX_BATCH_SIZE);
        }
        if (batchingWindow.isNegative() || batchingWindow.compareTo(MAX_BATCHING_WINDOW) > 0) {
            throw new IllegalArgumentException(
                    "the batching window is " + batchingWindow + ", and must be 0 to 300 seconds");
        }
        if (maximumRetryAttempts < FOREVER) {
            throw new IllegalArgumentException(
                    "the maximum of retry attempts is " + maximumRetryAttempts + ", and must be -1 or more");
        }
        if (tickInterval.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "the tick interval is " + tickInterval + ", and must be at least a millisecond");
        }
    }

    /** 100 records, 200 ms, retries for ever, from the oldest record on, a tick each second. */
    public static MappingSettings defaults() {
        return new MappingSettings(
                100,
                Duration.ofMillis(200),
                FOREVER,
                Duration.ofMillis(-1),
                false,
                new StartingPosition.TrimHorizon(),
                Duration.ofSeconds(1));
    }

    public MappingSettings withBatchSize(int changed) {
        return new MappingSettings(
                changed,
                batchingWindow,
                maximumRetryAttempts,
                maximumRecordAge,
                bisectBatchOnFunctionError,
                startingPosition,
                tickInterval);
    }

    public MappingSettings withBatchingWindow(Duration changed) {
        return new MappingSettings(
                batchSize,
                changed,
                maximumRetryAttempts,
                maximumRecordAge,
                bisectBatchOnFunctionError,
                startingPosition,
                tickInterval);
    }

    public MappingSettings withTickInterval(Duration changed) {
        return new MappingSettings(
                batchSize,
                batchingWindow,
                maximumRetryAttempts,
                maximumRecordAge,
                bisectBatchOnFunctionError,
                startingPosition,
                changed);
    }

    /** The same with limits to how often, and how long, a batch is tried again. */
    public MappingSettings withRetries(int attempts, Duration recordAge, boolean bisect) {
        return new MappingSettings(
                batchSize, batchingWindow, attempts, recordAge, bisect, startingPosition, tickInterval);
    }

    /** Whether a batch is delivered again however often the function has not taken it, though perhaps not for ever. */
    boolean retriesAnyNumberOfTimes() {
        return maximumRetryAttempts == FOREVER;
    }

    /** Whether every record is delivered until it is taken, however often and long that takes. */
    public boolean retriesForever() {
        return retriesAnyNumberOfTimes() && maximumRecordAge.isNegative();
    }

    /**
     * How the function must be set that this mapping invokes.
     *
     * @param stage the name of the stage that it runs
     * @param checkpoints the mapping's
     * @param idleTimeout how long after its last record a shard counts as idle
     */
    public HandlerSettings function(String stage, Checkpoints checkpoints, Duration idleTimeout) {
        return new HandlerSettings(
                Optional.of(stage),
                Optional.empty(),
                new PartitionSettings(checkpoints.mappingId(), retriesForever(), idleTimeout, Limits.DEFAULT));
    }
}
