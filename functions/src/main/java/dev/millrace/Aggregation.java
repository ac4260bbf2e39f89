package dev.millrace;

import dev.millrace.codec.Codec;

/**
 * How values become a result. {@link Aggregations} has the usual ones.
 *
 * <p>The methods must be pure: they may be called more than once for the same value, after a crash or a redelivery.
 * {@link #merge} must be exactly associative, and adding values one by one must give the same as merging the accumulators
 * of any two consecutive parts: windows that slide, and sessions, are merged from parts. Behind {@code keyBy} parts of several
 * shards are merged in any order: an aggregation that is to give one result there must be commutative too.
 *
 * @param <T> the values
 * @param <A> the accumulator
 * @param <R> the result
 */
public interface Aggregation<T, A, R> {
    /** An accumulator of nothing. */
    A create();

    /** The accumulator with one more value; may be the one given, changed. */
    A add(A accumulator, T value);

    /** The accumulator of the values of both, those of {@code left} first. Must change neither of them. */
    A merge(A left, A right);

    /** The result of an accumulator of at least one value; must not change it. */
    R result(A accumulator);

    /** How accumulators are stored. */
    Codec<A> accumulatorCodec();
}
