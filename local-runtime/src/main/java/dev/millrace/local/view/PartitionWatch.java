package dev.millrace.local.view;

import dev.millrace.Operator;
import dev.millrace.Pipeline;
import dev.millrace.Transform;
import dev.millrace.Windows;
import dev.millrace.driver.PartitionDriver;
import dev.millrace.engine.KeyId;
import dev.millrace.engine.KeyedState;
import dev.millrace.engine.StateView;
import dev.millrace.local.view.PartitionState.OpenWindow;
import dev.millrace.state.StateLog;
import dev.millrace.state.StateLogCounters;
import dev.millrace.state.StateLogStore;
import dev.millrace.state.Usage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a partition whenever it was used, quickly: at its open windows only while somebody watches, once a second, and at a
 * few of them. {@link #state} is for any thread, all else for the one that has the partition.
 */
final class PartitionWatch {
    private static final int MOST_WINDOWS_OF_KEY = 1_000;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long WINDOWS_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** How long it may take to look at windows, but for the last of them. */
    private static final long WINDOWS_BUDGET_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final int MOST_WINDOWS = 20;
    /** A key with more state than this, in bytes, takes too long. */
    private static final int MOST_KEY_BYTES = 16 * 1024;

    private final Pipeline pipeline;
    private final GrowingTotal commits = new GrowingTotal();
    private final GrowingTotal fenced = new GrowingTotal();
    private final GrowingTotal writeUnits = new GrowingTotal();
    private final GrowingTotal readUnits = new GrowingTotal();
    private boolean hasLooked;
    private long lookedNanos;
    private long windowsNanos;
    private long tip;
    private List<OpenWindow> windows = List.of();
    private volatile @Nullable PartitionState state;

    PartitionWatch(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    /** How the partition stood; null as long as that is not known. */
    @Nullable
    PartitionState state() {
        return state;
    }

    /** @return whether there are entries that were not there when it was last looked at */
    boolean look(PartitionDriver driver, StateLog log, StateLogStore store, boolean isWatched) {
        if (!log.isLoaded()) {
            return false;
        }
        long nowNanos = System.nanoTime();
        boolean isNew = !hasLooked || log.tip() != tip;
        if (!isNew && nowNanos - lookedNanos < LOOK_NANOS) {
            return false;
        }
        if (isWatched && (windowsNanos == 0 || nowNanos - windowsNanos >= WINDOWS_NANOS)) {
            windowsNanos = nowNanos;
            windows = windows(log, nowNanos);
        }
        hasLooked = true;
        lookedNanos = nowNanos;
        tip = log.tip();
        StateLogCounters counters = log.counters();
        Usage usage = store.usage();
        state = new PartitionState(
                log.progress().watermark(),
                driver.eventTimeMillis(),
                driver.isAtRest(),
                log.isSealed(),
                tip,
                commits.at((double) counters.committed()),
                fenced.at((double) counters.fenced()),
                writeUnits.at(usage.entries().units()
                        + usage.buckets().units()
                        + usage.others().units()),
                readUnits.at(usage.reads().units()),
                counters.stateBytes(),
                keys(log.state()),
                driver.counts(),
                windows);
        return isNew;
    }

    private static long keys(KeyedState state) {
        long keys = 0;
        for (int i = 0; i < state.buckets(); i++) {
            keys += state.bucket(i).cells().size();
        }
        return keys;
    }

    /** Of how many windows a slice may be a part. */
    private long windowsOfCell(String operator) {
        return pipeline.operators().stream()
                .filter(one -> one.name().equals(operator))
                .map(Operator::transform)
                .mapToLong(transform -> transform instanceof Transform.Aggregate aggregate
                                && aggregate.windows() instanceof Windows.Sliding sliding
                        ? sliding.size().dividedBy(sliding.slide())
                        : 1)
                .max()
                .orElse(1);
    }

    /** What is open of the first keys that there are. What the user's code throws makes it none. */
    private List<OpenWindow> windows(StateLog log, long startNanos) {
        KeyedState keyed = log.state();
        StateView view = new StateView(pipeline, keyed, log.progress().watermark());
        List<OpenWindow> found = new ArrayList<>();
        try {
            for (int i = 0; i < keyed.buckets(); i++) {
                for (Map.Entry<KeyId, Map<Long, byte[]>> ofKey :
                        keyed.bucket(i).cells().entrySet()) {
                    if (found.size() >= MOST_WINDOWS || System.nanoTime() - startNanos > WINDOWS_BUDGET_NANOS) {
                        return found;
                    }
                    addWindows(view, ofKey.getKey(), ofKey.getValue(), found);
                }
            }
        } catch (RuntimeException | Error e) {
            return List.of();
        }
        return found;
    }

    private void addWindows(StateView view, KeyId id, Map<Long, byte[]> cells, List<OpenWindow> found) {
        if (cells.size() * windowsOfCell(id.operator()) > MOST_WINDOWS_OF_KEY) {
            return;
        }
        long bytes = 0;
        for (byte[] cell : cells.values()) {
            bytes += cell.length + Long.BYTES;
        }
        if (bytes > MOST_KEY_BYTES) {
            return;
        }
        String key = new String(id.key(), StandardCharsets.UTF_8);
        view.results(key).stream()
                .filter(result -> result.operator().equals(id.operator()))
                .forEach(result -> found.add(new OpenWindow(key, result)));
    }
}
