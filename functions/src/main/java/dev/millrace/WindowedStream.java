package dev.millrace;

/**
 * A stream whose values are grouped by key and window, see {@link KeyedStream#window}.
 *
 * @param <K> the keys
 * @param <T> the values
 */
public final class WindowedStream<K, T> {
    private final PipelineBuilder builder;
    private final PipelineBuilder.Node node;
    private final Windows windows;

    WindowedStream(PipelineBuilder builder, PipelineBuilder.Node node, Windows windows) {
        this.builder = builder;
        this.node = node;
        this.windows = windows;
    }

    /** Aggregates the values of each key and window. Emits on close unless told otherwise. */
    public <R> AggregatedStream<K, T, R> aggregate(Aggregation<? super T, ?, R> aggregation) {
        return AggregatedStream.add(builder, node, windows, aggregation, Emission.onClose());
    }
}
