package dev.millrace.local.compare;

import dev.millrace.local.mapping.Checkpoints;
import java.util.Map;
import java.util.function.Function;

/** A pipeline that runs in one of the modes, as {@code dev} and {@code run} have it. */
interface Processing extends AutoCloseable {
    /** The CPU time, in nanoseconds, of each worker of the last stage until now, by the workers' names. */
    Map<String, Long> busyNanos();

    /** Stops processing; what is under way is finished. */
    @Override
    void close();

    /** Who works in the last stage, which is the one that has the skewed keys. */
    sealed interface Workers {
        /** As {@code dev} and {@code run} have it by default. */
        record Default() implements Workers {}

        /** Each has some partitions dealt to it, for good. */
        record Dealt(int workers) implements Workers {}

        /** Whichever is free takes the next batch of any partition, as on Lambda. */
        record Shared(int workers) implements Workers {}
    }

    /**
     * Starts processing.
     *
     * @param checkpoints of a stage's mapping, by the stage's name
     * @throws IllegalArgumentException if the mode has no such workers
     */
    static Processing start(
            ComparedMode mode,
            Site site,
            ComparisonSettings settings,
            Workers workers,
            Function<String, Checkpoints> checkpoints) {
        return switch (mode) {
            case MICRO_BATCH -> MicroBatches.start(site, settings.mapping(), workers, checkpoints);
            case RECORD_AT_A_TIME -> RecordAtATime.start(site, settings.runner(), workers);
        };
    }
}
