package dev.millrace.benchmarks;

import dev.millrace.state.StateLogStore;
import dev.millrace.state.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * What one batch of 1,000 records costs that closes no window.
 *
 * @param store which store it was
 * @param stateKeys how many keys the state held
 * @param keysTouched how many of them the batch had
 * @param reads the requests to read, and
 * @param readUnits what they took
 * @param bucketWrites buckets whose turn came with this batch; over many, see {@link RunCost}
 */
record BatchCost(
        String store,
        int stateKeys,
        int keysTouched,
        long entryWrites,
        double entryUnits,
        long reads,
        double readUnits,
        long bucketWrites,
        double bucketUnits) {
    private static final int[] KEYS_TOUCHED = {10, 404, 1_000};

    /** Fills a log that does not exist with state, and measures a batch for each number of keys. */
    static List<BatchCost> measure(String name, StateLogStore store, int stateKeys) {
        CountingPartition partition = new CountingPartition(store, Layout.DEFAULT, stateKeys, true);
        for (int filled = 0; filled < stateKeys; filled += CountingPartition.BATCH) {
            partition.apply(inTurn(filled, CountingPartition.BATCH));
        }
        List<BatchCost> costs = new ArrayList<>();
        for (int keys : KEYS_TOUCHED) {
            Usage before = partition.usage();
            int touched = partition.apply(inTurn(0, keys));
            Usage used = partition.usage().since(before);
            costs.add(new BatchCost(
                    name,
                    stateKeys,
                    touched,
                    used.entries().requests(),
                    used.entries().units(),
                    used.reads().requests(),
                    used.reads().units(),
                    used.buckets().requests(),
                    used.buckets().units()));
        }
        return costs;
    }

    private static IntSupplier inTurn(int first, int count) {
        int[] next = {0};
        return () -> first + next[0]++ % count;
    }

    /** Whether it is one write of an entry and at most one read, whatever the keys and the state. */
    boolean isWithinBar() {
        return entryWrites == 1 && reads <= 1;
    }
}
