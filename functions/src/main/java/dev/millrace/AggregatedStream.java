package dev.millrace;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The results of an aggregation.
 *
 * @param <K> the keys
 * @param <T> the values that were aggregated
 * @param <R> the results' values
 */
public final class AggregatedStream<K, T, R> extends EventStream<Result<K, R>> {
    private AggregatedStream(PipelineBuilder builder, PipelineBuilder.Node node) {
        super(builder, node);
    }

    @SuppressWarnings("unchecked")
    static <K, T, R> AggregatedStream<K, T, R> add(
            PipelineBuilder builder,
            PipelineBuilder.Node keyBy,
            @Nullable Windows windows,
            Aggregation<? super T, ?, R> aggregation,
            Emission emission) {
        Transform.LatePolicy late =
                builder.hasDeadLetters() ? Transform.LatePolicy.DEAD_LETTER : Transform.LatePolicy.DROP;
        Transform aggregate = new Transform.Aggregate(
                windows, (Aggregation<Object, Object, Object>) (Aggregation<?, ?, ?>) aggregation, emission, late);
        return new AggregatedStream<>(builder, builder.add(aggregate, List.of(keyBy)));
    }

    @Override
    public AggregatedStream<K, T, R> named(String name) {
        super.named(name);
        return this;
    }

    /** When results are emitted. A running aggregation, which never closes, cannot emit on close. */
    public AggregatedStream<K, T, R> emit(Emission emission) {
        Transform.Aggregate old = aggregate();
        if (old.windows() == null && emission instanceof Emission.OnClose) {
            throw new PipelineException("a running aggregation never closes: let it emit on update, or every so often");
        }
        node.transform = new Transform.Aggregate(old.windows(), old.aggregation(), emission, old.latePolicy());
        return this;
    }

    /**
     * The records that came too late for their windows, as a stream of their own. Without this, and without
     * {@link #dropLateRecords}, they go to the pipeline's dead letters, or are dropped and counted where it has none.
     */
    public EventStream<T> lateRecords() {
        late(Transform.LatePolicy.SIDE_OUTPUT);
        return new EventStream<>(builder, builder.add(new Transform.LateRecords(), List.of(node)));
    }

    /** Drops the records that came too late for their windows, and counts them. */
    public AggregatedStream<K, T, R> dropLateRecords() {
        late(Transform.LatePolicy.DROP);
        return this;
    }

    private void late(Transform.LatePolicy policy) {
        Transform.Aggregate old = aggregate();
        if (old.windows() == null) {
            throw new PipelineException("a running aggregation has no windows, so no record is late for it");
        }
        node.transform = new Transform.Aggregate(old.windows(), old.aggregation(), old.emission(), policy);
    }

    private Transform.Aggregate aggregate() {
        return (Transform.Aggregate) node.transform;
    }
}
