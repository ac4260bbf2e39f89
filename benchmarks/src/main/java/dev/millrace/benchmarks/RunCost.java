package dev.millrace.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.millrace.state.StateLogStore;
import dev.millrace.state.Usage;

/**
 * What a long run costs: batches of 1,000 records of 10,000 keys (Zipf 1.1), 1,000 records a second, windows of a minute,
 * results on close. Units are write units of the state table; what the sink takes is apart.
 *
 * @param keysTouched different keys in a batch, summed over the batches; a table with an item for each key takes at least
 *     as many write units
 * @param emitted rows written to the sink
 * @param stateBytes the keyed state in bytes before compression, on average
 */
record RunCost(
        String store,
        Layout layout,
        int batches,
        long entries,
        double entryUnits,
        long bucketWrites,
        double bucketUnits,
        double otherUnits,
        double readUnits,
        long keysTouched,
        long emitted,
        double stateBytes) {
    /** What buckets may take beside the entries: this much a batch for each MB of state, with the default ring. */
    private static final double UNITS_PER_MEGABYTE = 0.25;

    /** Runs a log that does not exist, from its start. */
    static RunCost measure(String name, StateLogStore store, Layout layout, int batches) {
        CountingPartition partition = new CountingPartition(store, layout, PurchaseRecords.KEYS, false);
        Zipf zipf = new Zipf(PurchaseRecords.KEYS, PurchaseRecords.EXPONENT, PurchaseRecords.SEED);
        Usage before = store.usage();
        long keysTouched = 0;
        double stateBytes = 0;
        for (int batch = 0; batch < batches; batch++) {
            keysTouched += partition.apply(zipf::next);
            stateBytes += partition.stateBytes();
        }
        Usage used = store.usage().since(before);
        return new RunCost(
                name,
                layout,
                batches,
                partition.entries(),
                used.entries().units(),
                used.buckets().requests(),
                used.buckets().units(),
                used.others().units(),
                used.reads().units(),
                keysTouched,
                partition.emitted(),
                stateBytes / batches);
    }

    /** How often the ring was filled. */
    @JsonProperty
    double laps() {
        return (double) entries / layout.ringSlots();
    }

    @JsonProperty
    double totalUnits() {
        return entryUnits + bucketUnits + otherUnits;
    }

    /** Of what may be taken: twice the entries' units, and so much for the state, more where the ring is shorter. */
    @JsonProperty
    double ofBound() {
        double shorter = (double) Layout.DEFAULT.ringSlots() / layout.ringSlots();
        return totalUnits() / (2 * entryUnits + UNITS_PER_MEGABYTE * shorter * stateBytes / 1e6 * batches);
    }

    /** How many times as much a table with an item for each key would take. */
    @JsonProperty
    double timesLessThanKeys() {
        return keysTouched / totalUnits();
    }

    boolean isWithinBars() {
        return ofBound() <= 1 && timesLessThanKeys() > 30;
    }
}
