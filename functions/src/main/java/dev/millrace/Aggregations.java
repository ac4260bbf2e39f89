package dev.millrace;

import dev.millrace.codec.Codec;
import dev.millrace.codec.Codecs;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** The aggregations that come with Millrace; implement {@link Aggregation} for your own. */
public final class Aggregations {
    private Aggregations() {}

    /** How many values there are. */
    public static <T> Aggregation<T, ?, Long> count() {
        return new LongFold<>("count", value -> 1, Math::addExact);
    }

    /** The sum of whole numbers; one beyond the range of a long is an error of the record that causes it. */
    public static <T> Aggregation<T, ?, Long> sumLong(ToLongFunction<? super T> number) {
        return new LongFold<>("sumLong", number, Math::addExact);
    }

    /** The smallest of whole numbers. */
    public static <T> Aggregation<T, ?, Long> minLong(ToLongFunction<? super T> number) {
        return new LongFold<>("minLong", number, Math::min);
    }

    /** The largest of whole numbers. */
    public static <T> Aggregation<T, ?, Long> maxLong(ToLongFunction<? super T> number) {
        return new LongFold<>("maxLong", number, Math::max);
    }

    /** The sum of floating-point numbers, in the order of the records. Its last digits depend on that order. */
    public static <T> Aggregation<T, ?, Double> sumDouble(ToDoubleFunction<? super T> number) {
        return reduceTo("sumDouble", number::applyAsDouble, Double::sum, Codecs.doubles());
    }

    /** The smallest of floating-point numbers. */
    public static <T> Aggregation<T, ?, Double> minDouble(ToDoubleFunction<? super T> number) {
        return reduceTo("minDouble", number::applyAsDouble, Math::min, Codecs.doubles());
    }

    /** The largest of floating-point numbers. */
    public static <T> Aggregation<T, ?, Double> maxDouble(ToDoubleFunction<? super T> number) {
        return reduceTo("maxDouble", number::applyAsDouble, Math::max, Codecs.doubles());
    }

    /** The smallest, in their natural order, of what {@code property} gives; the first of equal ones. */
    public static <T, C extends Comparable<? super C>> Aggregation<T, ?, C> min(
            Function<? super T, C> property, Codec<C> codec) {
        return reduceTo("min", property, (left, right) -> left.compareTo(right) <= 0 ? left : right, codec);
    }

    /** The largest, in their natural order, of what {@code property} gives; the first of equal ones. */
    public static <T, C extends Comparable<? super C>> Aggregation<T, ?, C> max(
            Function<? super T, C> property, Codec<C> codec) {
        return reduceTo("max", property, (left, right) -> left.compareTo(right) >= 0 ? left : right, codec);
    }

    /** The mean of numbers: their sum, in the order of the records, divided by how many they are. */
    public static <T> Aggregation<T, ?, Double> average(ToDoubleFunction<? super T> number) {
        return new Average<>(number);
    }

    /**
     * The values with the largest scores, largest first; values of equal score by their encoded bytes, so that the result
     * depends on no order. Equal values are each counted.
     *
     * @param n how many at most: 1 to 10,000
     * @param codec stores the values
     */
    public static <T> Aggregation<T, ?, List<T>> topN(int n, ToLongFunction<? super T> score, Codec<T> codec) {
        return new TopN<>(n, score, codec);
    }

    /**
     * Values combined two by two, in the order of the records; behind {@code keyBy} only those of one batch and shard are in
     * their order.
     *
     * @param combine associative, and behind {@code keyBy} commutative, or results depend on how shards take turns; changes
     *     neither argument
     * @param codec stores the combined value
     */
    public static <T> Aggregation<T, ?, T> reduce(BinaryOperator<T> combine, Codec<T> codec) {
        return reduceTo("reduce", value -> value, combine, codec);
    }

    private static <T, C> Aggregation<T, ?, C> reduceTo(
            String kind, Function<? super T, C> property, BinaryOperator<C> combine, Codec<C> codec) {
        return new Reduce<>(kind, property, combine, codec);
    }

    /**
     * What kind of aggregation one is, as words that never change: its factory's name here, with the kind of the values' codec
     * where it takes one, such as {@code count} or {@code max of long}; {@code own} for any other.
     */
    public static String kindOf(Aggregation<?, ?, ?> aggregation) {
        if (aggregation instanceof LongFold<?> fold) {
            return fold.kind();
        }
        if (aggregation instanceof Reduce<?, ?> reduce) {
            return reduce.kind();
        }
        if (aggregation instanceof TopN<?> topN) {
            return topN.kind();
        }
        return aggregation instanceof Average<?> ? "average" : "own";
    }
}
