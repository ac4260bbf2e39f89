package dev.millrace.cdk;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import software.amazon.awscdk.services.lambda.StartingPosition;

/**
 * How an event source mapping delivers a stream's records to a stage's function. Made by {@link #builder}. What is not to be
 * chosen, because exactness depends on it: one batch of a shard at a time, retries without limit, no filters.
 *
 * @param batchSize how many records a batch has at most
 * @param batchingWindow how long records are gathered for a batch
 * @param startingPosition where the source stream is first read from; internal streams are read from their beginning
 * @param startingTime the time to start from, with {@code AT_TIMESTAMP}
 * @param enhancedFanOut whether the function has read throughput of its own
 */
public record MappingProps(
        int batchSize,
        Duration batchingWindow,
        StartingPosition startingPosition,
        Optional<Instant> startingTime,
        boolean enhancedFanOut) {
    private static final int LARGEST_BATCH = 10_000;
    private static final Duration LONGEST_WINDOW = Duration.ofMinutes(5);

    /** @throws IllegalArgumentException if a value cannot be: the message names it, and says what can */
    public MappingProps {
        Props.inRange("batchSize", batchSize, 1, LARGEST_BATCH);
        Props.seconds("batchingWindow", batchingWindow, Duration.ZERO, LONGEST_WINDOW);
        if (startingTime.isPresent()
                && !startingTime.get().equals(startingTime.get().truncatedTo(ChronoUnit.SECONDS))) {
            throw new IllegalArgumentException(
                    "startingTime is " + startingTime.get() + ", and must be a whole second, as Lambda takes it");
        }
        if (enhancedFanOut && startingPosition != StartingPosition.TRIM_HORIZON) {
            throw new IllegalArgumentException(
                    "enhancedFanOut goes with startingPosition TRIM_HORIZON alone, and not with "
                            + startingPosition
                            + ": where it is chosen later, another mapping is made, which would begin there, and what"
                            + " had not been read by then would be lost");
        }
        if ((startingPosition == StartingPosition.AT_TIMESTAMP) != startingTime.isPresent()) {
            throw new IllegalArgumentException("startingPosition is " + startingPosition + " and startingTime "
                    + startingTime.map(Instant::toString).orElse("not set")
                    + ": set startingTime with AT_TIMESTAMP, and only then");
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A mapping with all that is not chosen at its default. */
    public static MappingProps defaults() {
        return builder().build();
    }

    /** Chooses, step by step. Not safe for use by several threads. */
    public static final class Builder {
        private int batchSize = 1000;
        private Duration batchingWindow = Duration.ofSeconds(1);
        private StartingPosition startingPosition = StartingPosition.TRIM_HORIZON;
        private Optional<Instant> startingTime = Optional.empty();
        private boolean enhancedFanOut;

        private Builder() {}

        /**
         * How many records a batch has at most, 1 to 10,000; their data are 6 MB at most in any case. Each batch costs one
         * write of state, whatever its size.
         *
         * @default 1000
         */
        public Builder batchSize(int value) {
            batchSize = value;
            return this;
        }

        /**
         * How long records are gathered for a batch that is not full yet: whole seconds, 0 to 300.
         *
         * @default 1 second
         */
        public Builder batchingWindow(Duration value) {
            batchingWindow = value;
            return this;
        }

        /**
         * Where the source stream is read from when the pipeline is first deployed. Not to be changed later: CloudFormation would
         * make another mapping before it deletes the first, and Lambda refuses two of one stream for one function.
         *
         * @default StartingPosition.TRIM_HORIZON
         */
        public Builder startingPosition(StartingPosition value) {
            startingPosition = value;
            startingTime = Optional.empty();
            return this;
        }

        /**
         * Reads the source stream from the first record that arrived at this time or later. Not to be changed later, as
         * {@link #startingPosition}.
         *
         * @default none
         */
        public Builder startingTime(Instant value) {
            startingPosition = StartingPosition.AT_TIMESTAMP;
            startingTime = Optional.of(value);
            return this;
        }

        /**
         * Whether the function gets read throughput of its own (enhanced fan-out), for a stream with several readers. It is
         * charged by shard-hour and by volume. A change later makes another mapping, which reads what the stream still has from its
         * beginning, and passes over what is done. So it goes with {@code TRIM_HORIZON} alone.
         *
         * @default false
         */
        public Builder enhancedFanOut(boolean value) {
            enhancedFanOut = value;
            return this;
        }

        /** @throws IllegalArgumentException if a value cannot be: the message names it, and says what can */
        public MappingProps build() {
            return new MappingProps(batchSize, batchingWindow, startingPosition, startingTime, enhancedFanOut);
        }
    }
}
