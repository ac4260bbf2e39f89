package dev.millrace.driver;

import dev.millrace.engine.Position;
import org.jspecify.annotations.Nullable;

/** Reads a shard to find out whether a partition is idle (T1). */
@FunctionalInterface
public interface IdleProbe {
    /**
     * Whether a read of the shard after a position finds no record, and nothing behind it: zero lag. A closed shard is never idle:
     * what would have come is in its children.
     *
     * @param position not inside an aggregated record; null for the shard's beginning
     */
    boolean isIdleAfter(@Nullable Position position);
}
