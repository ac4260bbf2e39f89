package dev.millrace.engine;

/** Keyed state as the tests' partitions have committed it. */
final class States {
    private static final int BUCKETS = 4;

    private States() {}

    /** What all entries, one after another, have made. */
    static KeyedState committed(TestPartition partition) {
        KeyedState state = new KeyedState(BUCKETS);
        partition.entries().forEach(entry -> entry.cells().forEach(state::apply));
        return state;
    }
}
