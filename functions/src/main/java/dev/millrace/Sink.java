package dev.millrace;

import dev.millrace.codec.Codec;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where values leave a pipeline. Every output has an id that is the same however often it is written: a table keeps the
 * newest version of each row, a stream's records carry the id, and a collecting sink drops what it has seen.
 *
 * @param <T> the values
 */
public sealed interface Sink<T> {
    /** The property that holds an output's id in a JSON object appended to a stream. */
    String ID_PROPERTY = "millrace_id";

    /** The name of the table, stream or collection. */
    String target();

    /** A DynamoDB table in which each value upserts one row. Made by {@link EventStream#toTable}. */
    record Table<T>(String target, Column<T> key, @Nullable Column<T> sortKey, List<Column<T>> attributes)
            implements Sink<T> {
        public Table {
            attributes = List.copyOf(attributes);
        }
    }

    /**
     * An attribute of a row.
     *
     * @param name the attribute's name
     * @param value gives its value: a string, number, boolean, {@link java.time.Instant} (stored as ISO-8601 text in UTC),
     *     byte array, list, map with string keys, or null for no attribute
     */
    record Column<T>(String name, Function<? super T, @Nullable Object> value) {}

    /** A Kinesis stream to which each value appends one record. Made by {@link EventStream#toStream}. */
    record Stream<T>(
            String target, Function<? super T, String> partitionKey, Codec<? super T> codec, IdPlacement idPlacement)
            implements Sink<T> {}

    /** How a stream's record carries its output id. */
    enum IdPlacement {
        /** As the first property, {@link #ID_PROPERTY}, of the JSON object that the codec gives. */
        JSON_PROPERTY,
        /** As a line of its own, before the codec's bytes. */
        FIRST_LINE
    }

    /** A collection in memory, for tests. Made by {@link EventStream#collect}. */
    record Collecting<T>(CollectingSink<T> collection) implements Sink<T> {
        @Override
        public String target() {
            return collection.name();
        }
    }
}
