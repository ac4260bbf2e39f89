package dev.millrace.local.simulator;

import dev.millrace.Emission;
import dev.millrace.ErrorPolicy;
import dev.millrace.Windows;
import dev.millrace.engine.Limits;
import dev.millrace.state.Header;
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
 * @param isIngestion whether records have their arrival for event time
 * @param fold what becomes of windows' readings
 * @param emission when windows' results are sent
 * @param runningEmission when those of keys without windows are
 * @param late what becomes of late records
 * @param combines whether values are combined before they are sent to the next stage
 * @param itemBytes what an item of state takes at most
 * @param hasDeadLetters whether there is a stream for dead letters
 * @param hasMappingId whether functions know which mapping they are called by
 * @param retriesForever whether mappings never give records up, and functions know
 */
record Scenario(
        PipelineShape shape,
        boolean isGrouped,
        long sizeMillis,
        long slideMillis,
        long latenessMillis,
        long outOfOrderMillis,
        boolean isIngestion,
        Fold fold,
        Emission emission,
        Emission runningEmission,
        Late late,
        boolean combines,
        ErrorPolicy policy,
        boolean hasDeadLetters,
        int sourceShards,
        int internalShards,
        int ringSlots,
        int buckets,
        int itemBytes,
        boolean hasMappingId,
        boolean retriesForever,
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

    /** The same where a reading counts in several windows, all of which are in one entry. */
    private static final int SMALL_SLIDING_BYTES = 800;

    /** The same where state grows with the readings. */
    private static final int SMALL_LIST_BYTES = 1_200;

    /** What becomes of late records. */
    enum Late {
        /** They are dead letters, or dropped where there is no stream for those. */
        UNUSED,
        /** They go to a stream. */
        SENT,
        /** They go to a stream, and are counted in a stage of their own, too. */
        SENT_AND_COUNTED
    }

    static Scenario of(World world, @Nullable PipelineShape wanted) {
        PipelineShape shape = wanted == null ? world.pick(List.of(PipelineShape.values())) : wanted;
        boolean isChained = shape == PipelineShape.chained;
        boolean isSession = shape == PipelineShape.sessions;
        boolean isGrouped = shape == PipelineShape.grouped || isChained || (isSession && world.isOneIn(2));
        long size = isSession ? 2_000 : world.isOneIn(2) ? 10_000 : 5_000;
        boolean slides = !isChained && !isSession && world.isOneIn(2);
        boolean isLateAllowed = !isChained && !isSession && world.isOneIn(2);
        boolean isIngestion = world.isOneIn(10);
        Fold fold = fold(world, !isGrouped && !slides && !isSession);
        ErrorPolicy policy = world.pick(List.of(ErrorPolicy.values()));
        boolean hasMappingId = !world.isOneIn(4);
        return new Scenario(
                shape,
                isGrouped,
                size,
                slides ? 2_500 : size,
                isLateAllowed ? 4_000 : 0,
                // Which records are late for a session that several shards send to is no promise.
                isIngestion ? 0 : isSession ? DISORDER_MILLIS : world.pick(2) * 1_500L,
                isIngestion,
                fold,
                isChained
                        ? Emission.onClose()
                        : world.pick(List.of(Emission.onClose(), Emission.onUpdate(), every(world))),
                world.isOneIn(2) ? Emission.onUpdate() : every(world),
                isSession || world.isOneIn(2)
                        ? Late.UNUSED
                        : isGrouped && world.isOneIn(2) ? Late.SENT_AND_COUNTED : Late.SENT,
                world.isOneIn(2),
                policy,
                policy == ErrorPolicy.DEAD_LETTER || world.isOneIn(2),
                world.profile == Profile.uneven ? 2 : 1 + world.pick(2),
                1 + world.pick(2),
                world.profile == Profile.laps ? Header.MIN_RING_SLOTS : Header.MIN_RING_SLOTS + world.pick(8),
                2 + world.pick(2),
                world.isOneIn(3)
                        ? (fold.isLong() || isChained
                                ? SMALL_LIST_BYTES
                                : slides ? SMALL_SLIDING_BYTES : SMALL_ITEM_BYTES)
                        : StoredItem.MAX_BYTES,
                hasMappingId,
                hasMappingId && !world.isOneIn(4),
                limits(world));
    }

    private static Fold fold(World world, boolean isOrdered) {
        Fold fold = world.pick(List.of(Fold.values()));
        return fold == Fold.SEQUENCE && !isOrdered ? Fold.LIST : fold;
    }

    private static Emission every(World world) {
        return Emission.every(Duration.ofMillis(500 + world.pick(3_000)));
    }

    private static Limits limits(World world) {
        boolean isSmall = world.profile == Profile.laps || world.profile == Profile.uneven;
        return isSmall || world.isOneIn(2) ? new Limits(isSmall ? 1 : 1 + world.pick(3), 1 << 20) : Limits.DEFAULT;
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

    /** Whether the results of windows are summed up in the next stage; otherwise they are listed there. */
    boolean sumsResults() {
        return fold.isWholeNumber() && combines;
    }

    String sentence(Profile profile) {
        String windows =
                switch (shape) {
                    case sessions -> "sessions with a gap of " + sizeMillis + " ms";
                    default -> "windows of " + sizeMillis + " ms every " + slideMillis + " ms";
                };
        int stages = shape == PipelineShape.chained ? 3 : isGrouped ? 2 : 1;
        int all = stages + (late == Late.SENT_AND_COUNTED ? 1 : 0);
        return "Pipeline '" + shape + "': " + fold + " in " + windows + ", allowed lateness " + latenessMillis
                + " ms, in "
                + all + (all == 1 ? " stage" : " stages") + "; " + emission + ", keys " + runningEmission
                + ", late records " + late + ", policy " + policy + ", " + sourceShards
                + (sourceShards == 1 ? " source shard" : " source shards") + ", a ring of " + ringSlots + " slots, "
                + buckets + " buckets, items of at most " + itemBytes + " bytes, at most " + limits.maxOutputs()
                + " outputs an entry; " + profile.sentence() + ".";
    }
}
