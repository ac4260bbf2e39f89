package dev.millrace.driver;

import dev.millrace.engine.Position;
import org.jspecify.annotations.Nullable;

/** Reads a closed shard to find out whether a partition is drained (R1). */
@FunctionalInterface
interface DrainProof {
    /**
     * Whether no record comes after a position, to the end of the shard.
     *
     * @param position not inside an aggregated record; null for the beginning
     */
    boolean isDrainedAfter(@Nullable Position position);
}
