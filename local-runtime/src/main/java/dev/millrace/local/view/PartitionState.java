package dev.millrace.local.view;

import dev.millrace.engine.Reason;
import dev.millrace.engine.StateView;
import java.util.List;
import java.util.Map;

/**
 * How a partition stood after it was used. Times are in epoch milliseconds, {@link dev.millrace.engine.Progress#NO_TIME} stands for none.
 *
 * @param eventTimeMillis as {@link dev.millrace.driver.PartitionDriver#eventTimeMillis}
 * @param isAtRest as {@link dev.millrace.driver.PartitionDriver#isAtRest}
 * @param isSealed whether its state has moved to the shards that came of its own
 * @param tip the number of the last entry
 * @param commits entries written by this process
 * @param fenced commits that were refused
 * @param writeUnits of the state table, taken by this process
 * @param readUnits likewise
 * @param stateBytes its keyed state, before compression
 * @param keys how many keys have state, in all operators
 * @param passedOver records and results that were passed over, by reason
 */
record PartitionState(
        long watermarkMillis,
        long eventTimeMillis,
        boolean isAtRest,
        boolean isSealed,
        long tip,
        double commits,
        double fenced,
        double writeUnits,
        double readUnits,
        long stateBytes,
        long keys,
        Map<Reason, Long> passedOver,
        List<OpenWindow> windows) {

    /** A key's window that has not closed, with its result as it would be now; as {@link StateView.CurrentResult}. */
    record OpenWindow(String key, StateView.CurrentResult result) {}
}
