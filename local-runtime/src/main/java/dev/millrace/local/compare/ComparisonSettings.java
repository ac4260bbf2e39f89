package dev.millrace.local.compare;

import dev.millrace.local.mapping.MappingSettings;
import dev.millrace.local.runner.RunnerSettings;
import java.time.Duration;

/**
 * What is compared, and how long.
 *
 * @param pipeline {@code word-count} or {@code clickstream}
 * @param pipelineClass the class that defines it, on the class path
 * @param skew the exponent of Zipf's law for how often keys come: 0 for all alike, up to 3
 * @param seconds how much time to take: each measurement is a part of it, of which each has its own; 1 to 600
 * @param seed decides the input
 * @param batchSize how many records a micro-batch has at most
 * @param batchingWindowMillis how long a micro-batch is gathered
 * @param commitIntervalMillis how long records are applied before they are committed, record at a time
 */
public record ComparisonSettings(
        String pipeline,
        String pipelineClass,
        double skew,
        double seconds,
        long seed,
        int batchSize,
        long batchingWindowMillis,
        long commitIntervalMillis) {
    private static final double MOST_SKEW = 3;
    private static final double MOST_SECONDS = 600;

    public ComparisonSettings {
        if (!(skew >= 0 && skew <= MOST_SKEW)) {
            throw new IllegalArgumentException("--skew is " + skew + ", and must be 0 to " + MOST_SKEW);
        }
        if (!(seconds >= 1 && seconds <= MOST_SECONDS)) {
            throw new IllegalArgumentException("--seconds is " + seconds + ", and must be 1 to " + (int) MOST_SECONDS);
        }
        var unusedMapping = mapping(batchSize, batchingWindowMillis);
        var unusedRunner = runner(commitIntervalMillis);
    }

    public ComparisonSettings withPipelineClass(String changed) {
        return new ComparisonSettings(
                pipeline, changed, skew, seconds, seed, batchSize, batchingWindowMillis, commitIntervalMillis);
    }

    /** As {@code dev} has it. */
    MappingSettings mapping() {
        return mapping(batchSize, batchingWindowMillis);
    }

    private static MappingSettings mapping(int batchSize, long batchingWindowMillis) {
        return MappingSettings.defaults()
                .withBatchSize(batchSize)
                .withBatchingWindow(Duration.ofMillis(batchingWindowMillis));
    }

    /** As {@code run} has it. */
    RunnerSettings runner() {
        return runner(commitIntervalMillis);
    }

    private static RunnerSettings runner(long commitIntervalMillis) {
        return RunnerSettings.defaults().withCommitInterval(Duration.ofMillis(commitIntervalMillis));
    }
}
