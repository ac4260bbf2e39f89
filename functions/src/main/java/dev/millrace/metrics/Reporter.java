package dev.millrace.metrics;

/** Takes reports. Called by several threads, one partition's reports one after another; what it throws is logged, and no more. */
@FunctionalInterface
public interface Reporter {
    /** Takes none. */
    Reporter NONE = report -> {};

    void report(PartitionReport report);
}
