package dev.millrace.benchmarks;

/** How a state log is laid out: how many entries its ring holds, and how many buckets its keyed state is in. */
record Layout(int ringSlots, int buckets) {
    static final Layout DEFAULT = new Layout(8_192, 256);
}
