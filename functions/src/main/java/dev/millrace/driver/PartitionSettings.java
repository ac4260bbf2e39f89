package dev.millrace.driver;

import dev.millrace.engine.Limits;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a partition is driven.
 *
 * @param mappingId the event source mapping that delivers batches, or null where it is not known
 * @param retriesForever whether that mapping delivers a batch again until it succeeds, without limit; only then is what it
 *     has moved past known to be emitted (E3)
 * @param idleTimeout how long after its last record a partition counts as idle (T1)
 * @param limits how much one entry takes (L4)
 */
public record PartitionSettings(
        @Nullable String mappingId, boolean retriesForever, Duration idleTimeout, Limits limits) {}
