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
