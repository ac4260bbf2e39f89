package dev.millrace.local.testing;

import dev.millrace.local.mapping.MappingSettings;
import java.time.Duration;

/**
 * How a test runs its pipeline. Start from {@link #defaults}.
 *
 * @param shards how many shards each stage's stream has at first: 1 or more
 * @param batchSize how many records the function is given at once at most: 1 to 10,000
 * @param idleTimeout how long after its last record a shard counts as idle, so that its windows close as time passes; more
 *     than zero
 */
public record TestOptions(int shards, int batchSize, Duration idleTimeout) {
    /** @throws IllegalArgumentException if one is out of its bounds */
    public TestOptions {
        if (shards < 1) {
            throw new IllegalArgumentException("a stream has 1 or more shards, and not " + shards);
        }
        if (batchSize < 1 || batchSize > MappingSettings.MAX_BATCH_SIZE) {
            throw new IllegalArgumentException(
                    "the batch size is " + batchSize + ", and must be 1 to " + MappingSettings.MAX_BATCH_SIZE);
        }
        if (idleTimeout.isNegative() || idleTimeout.isZero()) {
            throw new IllegalArgumentException("the idle timeout is " + idleTimeout + ", and must be more than zero");
        }
    }

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
