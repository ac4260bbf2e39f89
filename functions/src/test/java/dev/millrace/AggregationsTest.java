package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.codec.Codecs;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class AggregationsTest {
    @Provide
    Arbitrary<List<Long>> numbers() {
        return Arbitraries.longs().between(-20, 20).list().ofMinSize(1).ofMaxSize(12);
    }

    @Provide
    Arbitrary<Aggregation<Long, ?, ?>> aggregations() {
        return Arbitraries.of(List.of(
                Aggregations.<Long>count(),
                Aggregations.sumLong(Long::longValue),
                Aggregations.minLong(Long::longValue),
                Aggregations.maxLong(Long::longValue),
                Aggregations.sumDouble(Long::doubleValue),
                Aggregations.minDouble(Long::doubleValue),
                Aggregations.maxDouble(Long::doubleValue),
                Aggregations.<Long, Long>min(number -> number, Codecs.longs()),
                Aggregations.<Long, Long>max(number -> number, Codecs.longs()),
                Aggregations.average(Long::doubleValue),
                Aggregations.topN(3, number -> number / 4, Codecs.longs()),
                Aggregations.reduce(Long::sum, Codecs.longs())));
    }

    @Property(tries = 500)
    void whenPartsAreMerged_thenTheResultIsThatOfOneByOne(
            @ForAll("aggregations") Aggregation<Long, ?, ?> aggregation,
            @ForAll("numbers") List<Long> left,
            @ForAll("numbers") List<Long> right) {
        check(aggregation, left, right);
    }

    private static <A, R> void check(Aggregation<Long, A, R> aggregation, List<Long> left, List<Long> right) {
        A leftPart = fold(aggregation, aggregation.create(), left);
        A rightPart = fold(aggregation, aggregation.create(), right);
        R leftResult = aggregation.result(leftPart);
        A merged = aggregation.merge(throughCodec(aggregation, leftPart), rightPart);
        A oneByOne = fold(aggregation, fold(aggregation, aggregation.create(), left), right);
        assertThat(aggregation.result(merged)).isEqualTo(aggregation.result(oneByOne));
        assertThat(aggregation.result(throughCodec(aggregation, merged))).isEqualTo(aggregation.result(oneByOne));
        assertThat(aggregation.accumulatorCodec().encode(merged))
                .isEqualTo(aggregation.accumulatorCodec().encode(oneByOne));
        assertThat(aggregation.result(leftPart)).isEqualTo(leftResult);
        assertThat(aggregation.result(aggregation.merge(aggregation.create(), leftPart)))
                .isEqualTo(leftResult);
    }

    private static <A> A fold(Aggregation<Long, A, ?> aggregation, A from, List<Long> numbers) {
        A accumulator = from;
        for (Long number : numbers) {
            accumulator = aggregation.add(accumulator, number);
        }
        return accumulator;
    }

    private static <A> A throughCodec(Aggregation<Long, A, ?> aggregation, A accumulator) {
        return aggregation
                .accumulatorCodec()
                .decode(aggregation.accumulatorCodec().encode(accumulator));
    }

    @Test
    void whenASumGoesBeyondALong_thenItFails() {
        assertThatThrownBy(() -> result(Aggregations.sumLong(Long::longValue), List.of(Long.MAX_VALUE, 1L)))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void whenScoresAreEqual_thenTheBytesDecide() {
        Aggregation<String, ?, List<String>> topTwo = Aggregations.topN(2, String::length, Codecs.string());
        assertThat(result(topTwo, List.of("cc", "a", "bb", "aa", "aa"))).containsExactly("aa", "aa");
        assertThat(result(topTwo, List.of("bb", "aa", "ccc"))).containsExactly("ccc", "aa");
    }

    private static <T, A, R> R result(Aggregation<T, A, R> aggregation, List<T> values) {
        A accumulator = aggregation.create();
        for (T value : values) {
            accumulator = aggregation.add(accumulator, value);
        }
        return aggregation.result(accumulator);
    }
}
