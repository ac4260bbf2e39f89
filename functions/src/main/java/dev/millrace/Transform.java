package dev.millrace;

import dev.millrace.codec.Codec;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What an operator does, as data. The types of values are erased here; {@link EventStream} and its kin have made sure that
 * they fit.
 */
public sealed interface Transform {
    /** A word for it, in lower case, used in names derived from a place. */
    String kind();

    /**
     * The source of a pipeline.
     *
     * @param stream the Kinesis stream
     */
    record Source(String stream, Codec<Object> codec, EventTime<Object> eventTime) implements Transform {
        @Override
        public String kind() {
            return "source";
        }
    }

    record Map(Function<Object, @Nullable Object> function) implements Transform {
        @Override
        public String kind() {
            return "map";
        }
    }

    record Filter(Predicate<Object> predicate) implements Transform {
        @Override
        public String kind() {
            return "filter";
        }
    }

    record FlatMap(Function<Object, ? extends Iterable<?>> function) implements Transform {
        @Override
        public String kind() {
            return "flatMap";
        }
    }

    record Peek(Consumer<Object> action) implements Transform {
        @Override
        public String kind() {
            return "peek";
        }
    }

    /** Sends each value to the first of its {@link Branch}es that takes it. */
    record Split() implements Transform {
        @Override
        public String kind() {
            return "split";
        }
    }

    /**
     * A branch of a {@link Split}, which is its only input.
     *
     * @param predicate which values it takes, of those that no earlier branch took
     */
    record Branch(Predicate<Object> predicate) implements Transform {
        @Override
        public String kind() {
            return "branch";
        }
    }

    record Merge() implements Transform {
        @Override
        public String kind() {
            return "merge";
        }
    }

    /**
     * Groups values by key.
     *
     * @param key gives a value's key; null if that is the partition key of the record it comes from, whatever that is
     * @param keyCodec tells keys apart, and routes them
     * @param byPartitionKey whether the key is the partition key of the record that a value comes from, so that the values of
     *     a key are together as they are; otherwise they are sent on to another stage, which has them together
     * @param combines whether values are aggregated before they are sent on, as far as that can be done
     */
    record KeyBy(
            @Nullable Function<Object, @Nullable Object> key,
            Codec<Object> keyCodec,
            boolean byPartitionKey,
            boolean combines)
            implements Transform {
        @Override
        public String kind() {
            return "keyBy";
        }

        KeyBy withoutCombining() {
            return new KeyBy(key, keyCodec, byPartitionKey, false);
        }
    }

    /**
     * An aggregation for each key of its input, a {@link KeyBy}.
     *
     * @param windows null for a running aggregation
     */
    record Aggregate(
            @Nullable Windows windows,
            Aggregation<Object, Object, Object> aggregation,
            Emission emission,
            LatePolicy latePolicy)
            implements Transform {
        @Override
        public String kind() {
            return "aggregate";
        }
    }

    /** Where an aggregation's late records go. */
    enum LatePolicy {
        /** To the pipeline's dead letters. */
        DEAD_LETTER,
        /** Nowhere; they are counted. */
        DROP,
        /** To the {@link LateRecords} that have the aggregation for their input. */
        SIDE_OUTPUT
    }

    /** The late records of the {@link Aggregate} that is its input. */
    record LateRecords() implements Transform {
        @Override
        public String kind() {
            return "lateRecords";
        }
    }

    record To(Sink<Object> sink) implements Transform {
        @Override
        public String kind() {
            return "to";
        }
    }
}
