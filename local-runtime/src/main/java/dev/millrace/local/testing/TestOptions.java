package dev.millrace.local.testing;

import java.time.Duration;

/**
 * How a test runs its pipeline. Start from {@link #defaults}.
 *
 * @param shards how many shards each stage's stream has at first
 * @param batchSize how many records the function is given at once at most: 1 to 10,000
 * @param idleTimeout how long after its last record a shard counts as idle, so that its windows close as time passes
 */
public record TestOptions(int shards, int batchSize, Duration idleTimeout) {
    /** Two shards, batches of 100, and ten seconds to idleness. */
    public static TestOptions defaults() {
        return new TestOptions(2, 100, Duration.ofSeconds(10));
    }

    public TestOptions withShards(int changed) {
        return new TestOptions(changed, batchSize, idleTimeout);
    }

    public TestOptions withBatchSize(int changed) {
        return new TestOptions(shards, changed, idleTimeout);
    }

    public TestOptions withIdleTimeout(Duration changed) {
        return new TestOptions(shards, batchSize, changed);
    }
}
