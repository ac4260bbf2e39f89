package dev.millrace.benchmarks;

import dev.millrace.driver.Batch;
import dev.millrace.driver.BatchItem;
import dev.millrace.driver.BatchResult;
import dev.millrace.driver.PartitionDriver;
import dev.millrace.driver.PartitionSettings;
import dev.millrace.engine.Limits;
import dev.millrace.state.LogName;
import dev.millrace.state.StateLog;
import dev.millrace.state.StateLogSettings;
import dev.millrace.state.StateLogStore;
import dev.millrace.state.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;

/** A partition driven as a function drives it, with the state log that counts what it is asked for. */
final class CountingPartition {
    static final int BATCH = 1_000;
    /** Records come at a shard's limit of 1,000 a second. */
    private static final int RECORDS_PER_MINUTE = 60_000;

    private static final String MAPPING = "0b5a8f1e-5d3c-4f0e-9a55-1e2d3c4b5a69";

    private final StateLogStore store;
    private final StateLog log;
    private final PartitionDriver driver;
    private final PurchaseRecords records;
    private long emitted;

    /**
     * @param keys how many keys the records may have
     * @param isStill whether event time stands still, as good as, so that no window closes
     */
    CountingPartition(StateLogStore store, Layout layout, int keys, boolean isStill) {
        this.store = store;
        LogName name = new LogName("purchases", "source", "shardId-000000000000");
        this.log = new StateLog(
                store,
                name,
                StateLogSettings.of("7c1f0a52-8f0f-4d6c-a1d1-2f3e4d5c6b7a", MAPPING)
                        .withLayout(layout.ringSlots(), layout.buckets()));
        this.driver = new PartitionDriver(
                CountPipeline.ofPurchases(Grouping.DECLARED),
                name,
                log,
                outputs -> emitted += outputs.size(),
                new PartitionSettings(MAPPING, true, Duration.ofSeconds(10), Limits.DEFAULT));
        this.records = new PurchaseRecords(keys, isStill ? Integer.MAX_VALUE : RECORDS_PER_MINUTE);
    }

    /**
     * Applies a batch of {@link #BATCH} records with the next keys.
     *
     * @return how many different keys it had
     */
    int apply(IntSupplier keys) {
        Set<Integer> touched = new HashSet<>();
        List<BatchItem> items = new ArrayList<>(BATCH);
        for (int i = 0; i < BATCH; i++) {
            int key = keys.getAsInt();
            touched.add(key);
            items.add(BatchItem.of(records.json(key, false)));
        }
        BatchResult result = driver.apply(new Batch(items, records.nextMillis()));
        if (!(result instanceof BatchResult.Done)) {
            throw new IllegalStateException("a batch was not taken: " + result);
        }
        return touched.size();
    }

    Usage usage() {
        return store.usage();
    }

    /** Rows written to the sink so far; each takes at least a write unit of its own table. */
    long emitted() {
        return emitted;
    }

    /** The keyed state, in bytes before compression. */
    long stateBytes() {
        return log.counters().stateBytes();
    }

    long entries() {
        return log.tip();
    }
}
