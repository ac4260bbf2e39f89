package dev.millrace.driver;

import dev.millrace.engine.Position;
import org.jspecify.annotations.Nullable;

/** Reads a shard to find out whether a partition is idle (T1). */
@FunctionalInterface
public interface IdleProbe {
    /**
     * Whether a read of the shard after a position finds no record, and nothing behind it: zero lag.
     *
     * @param position not inside an aggregated record; null for the beginning, where a partition that has taken over from others
     *     has had no record yet
     */
    boolean isIdleAfter(@Nullable Position position);
}
