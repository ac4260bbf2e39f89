package dev.millrace;

import java.util.List;
import java.util.function.Predicate;

/**
 * A stream that is being split into branches, see {@link EventStream#split}.
 *
 * @param <T> the values
 */
public final class Split<T> {
    private final PipelineBuilder builder;
    private final PipelineBuilder.Node node;

    Split(PipelineBuilder builder, PipelineBuilder.Node node) {
        this.builder = builder;
        this.node = node;
    }

    /** The values that no branch before this one took and {@code predicate} is true for. */
    @SuppressWarnings("unchecked")
    public EventStream<T> branch(Predicate<? super T> predicate) {
        return new EventStream<>(
                builder, builder.add(new Transform.Branch((Predicate<Object>) predicate), List.of(node)));
    }

    /** The values that no branch before this one took. */
    public EventStream<T> otherwise() {
        return branch(value -> true);
    }
}
