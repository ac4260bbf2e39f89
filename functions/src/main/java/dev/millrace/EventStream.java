package dev.millrace;

import dev.millrace.codec.Codec;
import dev.millrace.codec.Codecs;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A stream of values, in the making of a pipeline. Each method adds an operator and returns the stream behind it; calling
 * several methods on one stream sends its values to each of them. The functions given must be pure and safe for use by
 * several threads: they may be called again for the same value, after a crash or a redelivery.
 *
 * @param <T> the values
 */
public class EventStream<T> {
    final PipelineBuilder builder;
    final PipelineBuilder.Node node;

    EventStream(PipelineBuilder builder, PipelineBuilder.Node node) {
        this.builder = builder;
        this.node = node;
    }

    /**
     * Names the operator that this stream comes from. State is stored under the name: without one it is derived from the
     * operator's place, and state is lost when the place changes.
     *
     * @param name letters, digits, {@code _ . -}; unique in the pipeline
     */
    public EventStream<T> named(String name) {
        builder.name(node, name);
        return this;
    }

    /** Each value replaced by what {@code function} makes of it, which must not be null. */
    @SuppressWarnings("unchecked")
    public <U> EventStream<U> map(Function<? super T, ? extends U> function) {
        return then(new Transform.Map((Function<Object, @Nullable Object>) (Function<?, ?>) function));
    }

    /** The values that {@code predicate} is true for. */
    @SuppressWarnings("unchecked")
    public EventStream<T> filter(Predicate<? super T> predicate) {
        return then(new Transform.Filter((Predicate<Object>) predicate));
    }

    /** Each value replaced by any number of others, none of them null. */
    @SuppressWarnings("unchecked")
    public <U> EventStream<U> flatMap(Function<? super T, ? extends Iterable<? extends U>> function) {
        return then(new Transform.FlatMap((Function<Object, Iterable<?>>) (Function<?, ?>) function));
    }

    /** Shows each value to {@code action}, for logging, say. It may be shown a value more than once. */
    @SuppressWarnings("unchecked")
    public EventStream<T> peek(Consumer<? super T> action) {
        return then(new Transform.Peek((Consumer<Object>) action));
    }

    /** Splits the stream into branches: each value goes to the first branch that takes it, or nowhere. */
    public Split<T> split() {
        return new Split<>(builder, builder.add(new Transform.Split(), List.of(node)));
    }

    /** This stream and another of the same pipeline in one. */
    public EventStream<T> merge(EventStream<? extends T> other) {
        if (other.builder != builder) {
            throw new PipelineException("only streams of the same pipeline can be merged");
        }
        return new EventStream<>(builder, builder.add(new Transform.Merge(), List.of(node, other.node)));
    }

    /**
     * Groups the values by a text.
     *
     * @see #keyBy(Function, Codec)
     */
    public KeyedStream<String, T> keyBy(Function<? super T, @Nullable String> key) {
        return keyBy(key, Codecs.string());
    }

    /**
     * Groups the values by any key. The values of a key come together in a stage of its own: they are sent there through an
     * internal stream, aggregated as far as they can be. A value with the key null follows the pipeline's error policy, with
     * the reason {@code null-key}.
     *
     * @param key gives a value's key
     * @param codec tells keys apart, by their bytes; {@code equals} and {@code hashCode} of keys must agree with it
     */
    public <K> KeyedStream<K, T> keyBy(Function<? super T, @Nullable K> key, Codec<K> codec) {
        return keyed(key, codec, false);
    }

    /**
     * Groups the values by the partition key that their records were put with: all records of one are in one shard, so that
     * no other stage is needed. Only possible before anything is aggregated.
     */
    public KeyedStream<String, T> keyByPartitionKey() {
        return keyed(null, Codecs.string(), true);
    }

    /**
     * Groups the values by a text that must be the partition key which their records were put with.
     *
     * @see #keyByPartitionKey(Function, Codec)
     */
    public KeyedStream<String, T> keyByPartitionKey(Function<? super T, @Nullable String> key) {
        return keyByPartitionKey(key, Codecs.string());
    }

    /**
     * Groups the values by a key that must be the partition key which their records were put with, so that no other stage is
     * needed. A record for which it is not (its encoded key is compared with the partition key in UTF-8) follows the
     * pipeline's error policy, with the reason {@code key-mismatch}. Only possible before anything is aggregated.
     *
     * @param key gives a value's key
     * @param codec tells keys apart, by their bytes; {@code equals} and {@code hashCode} of keys must agree with it
     */
    public <K> KeyedStream<K, T> keyByPartitionKey(Function<? super T, @Nullable K> key, Codec<K> codec) {
        return keyed(key, codec, true);
    }

    @SuppressWarnings("unchecked")
    private <K> KeyedStream<K, T> keyed(
            @Nullable Function<? super T, @Nullable K> key, Codec<K> codec, boolean byPartitionKey) {
        if (codec == (Codec<?>) Codecs.bytes()) {
            throw new PipelineException(
                    "byte arrays cannot be keys: two arrays of the same bytes are not equal to Java."
                            + " Make a String of them");
        }
        Transform keyBy = new Transform.KeyBy(
                (Function<Object, @Nullable Object>) (Function<?, ?>) key, (Codec<Object>) codec, byPartitionKey, true);
        return new KeyedStream<>(builder, builder.add(keyBy, List.of(node)));
    }

    /**
     * Writes each value to a DynamoDB table, as a row that replaces the one of the same key. The row's key must be
     * determined by the key (and window) that the values were aggregated by, since only then do its versions have an order;
     * so the stream must come from an aggregation.
     *
     * @param columns names the row's attributes
     */
    @SuppressWarnings("unchecked")
    public EventStream<T> toTable(String table, Consumer<TableColumns<T>> columns) {
        TableColumns<T> named = new TableColumns<>(table);
        columns.accept(named);
        return to((Sink<Object>) (Sink<?>) named.build());
    }

    /**
     * Appends each value to a Kinesis stream as a JSON object, with its output id as the first property,
     * {@code millrace_id}: who reads the stream drops what it has seen.
     *
     * @param partitionKey gives the record's partition key, of 1 to 256 characters
     */
    public EventStream<T> toStream(String stream, Function<? super T, String> partitionKey, Class<T> type) {
        return toStream(stream, partitionKey, Codecs.json(type), Sink.IdPlacement.JSON_PROPERTY);
    }

    /** Appends each value to a Kinesis stream, encoded by {@code codec}, with its output id as placed. */
    @SuppressWarnings("unchecked")
    public EventStream<T> toStream(
            String stream,
            Function<? super T, String> partitionKey,
            Codec<? super T> codec,
            Sink.IdPlacement idPlacement) {
        return to((Sink<Object>) (Sink<?>) new Sink.Stream<T>(stream, partitionKey, codec, idPlacement));
    }

    /** Collects the values in memory, for tests. */
    @SuppressWarnings("unchecked")
    public EventStream<T> collect(CollectingSink<T> collection) {
        return to((Sink<Object>) (Sink<?>) new Sink.Collecting<>(collection));
    }

    private EventStream<T> to(Sink<Object> sink) {
        builder.add(new Transform.To(sink), List.of(node));
        return this;
    }

    private <U> EventStream<U> then(Transform transform) {
        return new EventStream<>(builder, builder.add(transform, List.of(node)));
    }
}
