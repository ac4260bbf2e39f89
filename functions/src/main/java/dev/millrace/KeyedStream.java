package dev.millrace;

/**
 * A stream whose values are grouped by key, see {@link EventStream#keyBy}.
 *
 * @param <K> the keys
 * @param <T> the values
 */
public final class KeyedStream<K, T> {
    private final PipelineBuilder builder;
    private final PipelineBuilder.Node node;

    KeyedStream(PipelineBuilder builder, PipelineBuilder.Node node) {
        this.builder = builder;
        this.node = node;
    }

    /**
     * Names the grouping, and with it the stage that it begins: that stage's function, state and internal stream have the
     * name in theirs. Without one it is derived from the operator's place.
     *
     * @param name letters, digits, {@code _ . -}; unique in the pipeline
     */
    public KeyedStream<K, T> named(String name) {
        builder.name(node, name);
        return this;
    }

    /**
     * Sends each value on by itself, where values are sent to a stage of their own; otherwise those of one batch, key and
     * window are aggregated before, which costs fewer bytes. Results are the same but for the last digits of floating-point
     * sums.
     */
    public KeyedStream<K, T> withoutCombining() {
        node.transform = ((Transform.KeyBy) node.transform).withoutCombining();
        return this;
    }

    /** Groups the values of each key by windows too. */
    public WindowedStream<K, T> window(Windows windows) {
        return new WindowedStream<>(builder, node, windows);
    }

    /**
     * Aggregates all values of each key, without end: a running aggregation. It has no final results: unless told otherwise
     * it emits on update.
     */
    public <R> AggregatedStream<K, T, R> aggregate(Aggregation<? super T, ?, R> aggregation) {
        return AggregatedStream.add(builder, node, null, aggregation, Emission.onUpdate());
    }
}
