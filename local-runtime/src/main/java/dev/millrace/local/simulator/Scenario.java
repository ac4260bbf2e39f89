package dev.millrace.local.simulator;

import dev.millrace.ErrorPolicy;
import dev.millrace.Windows;
import dev.millrace.engine.Limits;
import dev.millrace.state.StoredItem;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a seed has chosen before anything happens.
 *
 * @param isGrouped whether windows are by a key of the records' own, and so in a stage of their own
 * @param sizeMillis of windows; the gap of sessions
 * @param slideMillis between windows' starts; their size where they do not overlap
 * @param latenessMillis that is allowed
 * @param outOfOrderMillis how far the watermark is behind the newest record
 * @param updates whether interim results are emitted, too
 * @param combines whether values are combined before they are sent to the next stage
 * @param itemBytes what an item of state takes at most
 * @param hasDeadLetters whether there is a stream for dead letters
 */
record Scenario(
        PipelineShape shape,
        boolean isGrouped,
        long sizeMillis,
        long slideMillis,
        long latenessMillis,
        long outOfOrderMillis,
        boolean updates,
        boolean combines,
        ErrorPolicy policy,
        boolean hasDeadLetters,
        int sourceShards,
        int internalShards,
        int ringSlots,
        int buckets,
        int itemBytes,
        @Nullable String mappingId,
        Limits limits) {
    /** How long a shard is silent before it is idle. */
    static final Duration IDLE_TIMEOUT = Duration.ofSeconds(10);
    /**
     * How far behind their arrival event times are at the most: with the clocks' errors less than the idle timeout, so that what
     * is late does not depend on when ticks come.
     */
    static final int DISORDER_MILLIS = 6_000;

    /** What takes a few outputs, and any bucket: entries with more have some of them in items of their own. */
    private static final int SMALL_ITEM_BYTES = 500;

    static Scenario of(World world, @Nullable PipelineShape wanted) {
        PipelineShape shape = wanted == null ? world.pick(List.of(PipelineShape.values())) : wanted;
        boolean isChained = shape == PipelineShape.chained;
        boolean isSession = shape == PipelineShape.sessions;
        long size = isSession ? 2_000 : world.isOneIn(2) ? 10_000 : 5_000;
        boolean slides = !isChained && !isSession && world.isOneIn(2);
        boolean isLateAllowed = !isChained && !isSession && world.isOneIn(2);
        ErrorPolicy policy = world.pick(List.of(ErrorPolicy.values()));
        return new Scenario(
                shape,
                shape == PipelineShape.grouped || isChained || (isSession && world.isOneIn(2)),
                size,
                slides ? 2_500 : size,
                isLateAllowed ? 4_000 : 0,
                // Which records are late for a session that several shards send to is no promise.
                isSession ? DISORDER_MILLIS : world.pick(2) * 1_500L,
                !isChained && world.isOneIn(2),
                world.isOneIn(2),
                policy,
                policy == ErrorPolicy.DEAD_LETTER || world.isOneIn(2),
                1 + world.pick(2),
                1 + world.pick(2),
                4 + world.pick(8),
                2 + world.pick(2),
                world.isOneIn(3) ? SMALL_ITEM_BYTES : StoredItem.MAX_BYTES,
                world.isOneIn(4) ? null : "mapping",
                world.isOneIn(2) ? Limits.DEFAULT : new Limits(1 + world.pick(3), 1 << 20));
    }

    Windows windows() {
        Duration size = Duration.ofMillis(sizeMillis);
        Duration lateness = Duration.ofMillis(latenessMillis);
        if (shape == PipelineShape.sessions) {
            return Windows.session(size);
        }
        return slideMillis == sizeMillis
                ? Windows.tumbling(size).withAllowedLateness(lateness)
                : Windows.sliding(size, Duration.ofMillis(slideMillis)).withAllowedLateness(lateness);
    }

    String sentence() {
        String windows =
                switch (shape) {
                    case sessions -> "sessions with a gap of " + sizeMillis + " ms";
                    default -> "windows of " + sizeMillis + " ms every " + slideMillis + " ms";
                };
        int stages = shape == PipelineShape.chained ? 3 : isGrouped ? 2 : 1;
        return "Pipeline '" + shape + "': " + windows + ", allowed lateness " + latenessMillis + " ms, in " + stages
                + (stages == 1 ? " stage" : " stages") + "; policy " + policy + ", " + sourceShards
                + (sourceShards == 1 ? " source shard" : " source shards") + ", a ring of " + ringSlots + " slots, "
                + buckets + " buckets, items of at most " + itemBytes + " bytes, at most " + limits.maxOutputs()
                + " outputs an entry.";
    }
}
