package dev.millrace.local.view;

/** The total of something that begins again at zero now and then, as when a partition's log is opened anew. For one thread at a time. */
final class GrowingTotal {
    private double last;
    private double total;

    /** @return the total, as of a value */
    double at(double value) {
        total += value >= last ? value - last : value;
        last = value;
        return total;
    }
}
