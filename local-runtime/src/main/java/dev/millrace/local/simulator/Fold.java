package dev.millrace.local.simulator;

import dev.millrace.Aggregation;
import dev.millrace.Aggregations;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What becomes of the numbers of a key and window's readings: the engine's aggregation, and what it should come to, worked out
 * naively. Results are compared as texts.
 */
@SuppressWarnings("ImmutableEnumChecker") // The functions hold nothing.
enum Fold {
    COUNT(
            Aggregations::count,
            numbers -> String.valueOf(numbers.size()),
            (interim, numbers) -> Long.parseLong(interim) <= numbers.size()),
    SUM(
            () -> Aggregations.sumLong(Reading::number),
            numbers -> String.valueOf(sum(numbers)),
            (interim, numbers) -> Long.parseLong(interim) <= sum(numbers)),
    SMALLEST(
            () -> Aggregations.minLong(Reading::number),
            numbers -> String.valueOf(Collections.min(numbers)),
            Fold::isOneOf),
    LARGEST(
            () -> Aggregations.maxLong(Reading::number),
            numbers -> String.valueOf(Collections.max(numbers)),
            Fold::isOneOf),
    AVERAGE(
            () -> Aggregations.average(Reading::number),
            numbers -> String.valueOf((double) sum(numbers) / numbers.size()),
            (interim, numbers) -> Double.parseDouble(interim) >= Collections.min(numbers)
                    && Double.parseDouble(interim) <= Collections.max(numbers)),
    REDUCED(
            () -> Aggregations.reduce((left, right) -> left.number() > right.number() ? left : right, Reading.CODEC),
            numbers -> String.valueOf(Collections.max(numbers)),
            Fold::isOneOf),
    TOP(
            () -> Aggregations.topN(Fold.MOST_AT_TOP, Reading::number, Reading.CODEC),
            numbers -> joined(numbers.stream()
                    .sorted(Comparator.reverseOrder())
                    .limit(Fold.MOST_AT_TOP)
                    .toList()),
            Fold::areAmong),
    LIST(
            () -> new Listing<Reading>(reading -> String.valueOf(reading.number()), true),
            numbers -> Listing.join(numbers.stream().map(String::valueOf).toList(), true),
            Fold::areAmong),
    /** The numbers in the order in which they came. Only where that is one: in a stage that reads the source. */
    SEQUENCE(
            () -> new Listing<Reading>(reading -> String.valueOf(reading.number()), false),
            Fold::joined,
            (interim, numbers) -> (joined(numbers) + " ").startsWith(interim + " "));

    private static final int MOST_AT_TOP = 2;

    private final Supplier<Aggregation<Reading, ?, ?>> aggregation;
    private final Function<List<Long>, String> naively;
    private final BiPredicate<String, List<Long>> mayComeBefore;

    Fold(
            Supplier<Aggregation<Reading, ?, ?>> aggregation,
            Function<List<Long>, String> naively,
            BiPredicate<String, List<Long>> mayComeBefore) {
        this.aggregation = aggregation;
        this.naively = naively;
        this.mayComeBefore = mayComeBefore;
    }

    @SuppressWarnings("unchecked")
    Aggregation<Reading, ?, Object> aggregation() {
        return (Aggregation<Reading, ?, Object>) aggregation.get();
    }

    /** @param numbers in the order in which they came; at least one */
    String of(List<Long> numbers) {
        return naively.apply(numbers);
    }

    /** Whether this may be an interim result where there are these numbers in the end. */
    boolean mayComeBefore(String interim, List<Long> numbers) {
        return mayComeBefore.test(interim, numbers);
    }

    /** Whether its state grows with the number of readings. */
    boolean isLong() {
        return this == LIST || this == SEQUENCE;
    }

    /** Whether it is a whole number that can be summed up. */
    boolean isWholeNumber() {
        return this == COUNT || this == SUM || this == SMALLEST || this == LARGEST;
    }

    /** A result of the engine's as {@link #of} has it. */
    static String text(Object result) {
        if (result instanceof List<?> list) {
            return String.join(" ", list.stream().map(Fold::text).toList());
        }
        return result instanceof Reading reading ? String.valueOf(reading.number()) : String.valueOf(result);
    }

    private static long sum(List<Long> numbers) {
        return numbers.stream().mapToLong(number -> number).sum();
    }

    private static String joined(List<Long> numbers) {
        return Listing.join(numbers.stream().map(String::valueOf).toList(), false);
    }

    private static boolean isOneOf(String interim, List<Long> numbers) {
        return numbers.contains(Long.valueOf(interim));
    }

    private static boolean areAmong(String interim, List<Long> numbers) {
        return Listing.parts(interim).stream().allMatch(part -> isOneOf(part, numbers));
    }
}
