package dev.millrace;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which time a record has. It decides its windows, and moves the watermark.
 *
 * @param <T> the type of the source's records
 */
public sealed interface EventTime<T> {
    /** How far ahead of its arrival an event time may be unless said otherwise: five minutes. */
    Duration DEFAULT_MAX_AHEAD = Duration.ofMinutes(5);

    /**
     * The time that a record carries. The watermark is the largest one so far in the shard, less
     * {@code outOfOrderness}. A record for which {@code timestamp} returns null or throws has no event time; one more than
     * five minutes ahead of its arrival is refused (see {@link Extracted#withMaxAhead}): both follow the pipeline's error
     * policy.
     *
     * @param timestamp gives the time; counted in whole milliseconds, rounded down
     * @param outOfOrderness how far records may be behind the newest one and still be on time; zero or more
     */
    static <T> Extracted<T> extracted(Function<T, @Nullable Instant> timestamp, Duration outOfOrderness) {
        return new Extracted<>(timestamp, outOfOrderness, DEFAULT_MAX_AHEAD);
    }

    /** The time at which the record arrived in the stream. Never goes back within a shard, so that nothing is late. */
    static <T> EventTime<T> ingestion() {
        return new Ingestion<>();
    }

    /** The time at which the record is processed. Results then depend on when that is, and a retry may change them. */
    static <T> EventTime<T> processing() {
        return new Processing<>();
    }

    /** See {@link EventTime#extracted}. */
    record Extracted<T>(Function<T, @Nullable Instant> timestamp, Duration outOfOrderness, Duration maxAhead)
            implements EventTime<T> {
        public Extracted {
            if (outOfOrderness.compareTo(Windows.LONGEST) > 0 || maxAhead.compareTo(Windows.LONGEST) > 0) {
                throw new IllegalArgumentException("neither the out-of-orderness " + outOfOrderness
                        + " nor how far event times may be ahead " + maxAhead + " can be longer than a thousand years");
            }
            if (outOfOrderness.isNegative() || maxAhead.isNegative()) {
                throw new IllegalArgumentException("neither the out-of-orderness " + outOfOrderness
                        + " nor how far event times may be ahead " + maxAhead + " can be negative");
            }
        }

        /** The same with another bound on how far an event time may be ahead of the record's arrival. */
        public Extracted<T> withMaxAhead(Duration bound) {
            return new Extracted<>(timestamp, outOfOrderness, bound);
        }
    }

    /** See {@link EventTime#ingestion}. */
    record Ingestion<T>() implements EventTime<T> {}

    /** See {@link EventTime#processing}. */
    record Processing<T>() implements EventTime<T> {}
}
