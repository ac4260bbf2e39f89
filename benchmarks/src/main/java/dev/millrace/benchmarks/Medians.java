package dev.millrace.benchmarks;

import java.util.List;

/** The middle of measurements, which one that was disturbed does not move. */
final class Medians {
    private Medians() {}

    /** The median; of an even number, the mean of the two in the middle. */
    static double of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured");
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
