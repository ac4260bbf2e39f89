package dev.millrace.local.simulator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Runs simulations, each of a seed of its own, several at once, until all are done or one has found a violation. */
public final class Simulator {
    /** How many seeds it takes for every fault to happen. */
    public static final int STANDARD_SEEDS = 2_000;

    private final long firstSeed;
    private final int seeds;
    private final int threads;
    private final @Nullable PipelineShape shape;
    private final @Nullable Profile profile;

    /**
     * Each seed chooses what to do much of.
     *
     * @param seeds how many, from the first on
     * @param threads how many seeds at once
     * @param shape what kind of pipeline, or null to let each seed choose
     */
    public Simulator(long firstSeed, int seeds, int threads, @Nullable PipelineShape shape) {
        this(firstSeed, seeds, threads, shape, null);
    }

    /**
     * @param seeds how many, from the first on
     * @param threads how many seeds at once
     * @param shape what kind of pipeline, or null to let each seed choose
     * @param profile what to do much of, or null to let each seed choose
     */
    public Simulator(long firstSeed, int seeds, int threads, @Nullable PipelineShape shape, @Nullable Profile profile) {
        this.firstSeed = firstSeed;
        this.seeds = seeds;
        this.threads = threads;
        this.shape = shape;
        this.profile = profile;
    }

    /**
     * Something that must never be.
     *
     * @param step the number of the step in which it was noticed
     * @param pipeline what was simulated, in a sentence
     * @param message what was violated
     */
    public record Finding(long seed, int step, String pipeline, String message) {}

    /**
     * What came of all seeds.
     *
     * @param seeds how many were run
     * @param violations what was found, by seed
     * @param faults how often each fault happened; all are there
     * @param hash the same where everything happened in the same way
     */
    public record Report(int seeds, List<Finding> violations, Map<Fault, Long> faults, long hash) {
        public Report {
            violations = List.copyOf(violations);
            faults = new EnumMap<>(faults);
        }

        /** Those that never happened. */
        public List<Fault> missing() {
            return faults.entrySet().stream()
                    .filter(fault -> fault.getValue() == 0)
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    /**
     * Runs them all; after a violation, no more than are under way.
     *
     * @param progress is told how many seeds are done; called by several threads
     */
    public Report run(IntConsumer progress) {
        Collected collected = new Collected();
        AtomicInteger next = new AtomicInteger();
        AtomicBoolean isFound = new AtomicBoolean();
        ExecutorService executor = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "millrace-simulator");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                workers.add(executor.submit(() -> {
                    for (int n = next.getAndIncrement(); n < seeds && !isFound.get(); n = next.getAndIncrement()) {
                        Simulation.Outcome outcome = Simulation.run(firstSeed + n, shape, profile, null);
                        if (outcome.violation() != null) {
                            isFound.set(true);
                        }
                        progress.accept(collected.add(outcome));
                    }
                }));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while simulating", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a simulation failed by itself: " + e.getCause(), e);
        } finally {
            executor.shutdownNow();
        }
        return collected.report();
    }

    /** Runs them one after another, and tells all that happens, a line for each thing. */
    public Report trace(Consumer<String> lines) {
        Collected collected = new Collected();
        for (int n = 0; n < seeds; n++) {
            collected.add(Simulation.run(firstSeed + n, shape, profile, lines));
        }
        return collected.report();
    }

    private static final class Collected {
        private final Map<Fault, Long> faults = new EnumMap<>(Fault.class);
        private final List<Finding> violations = new ArrayList<>();
        private int seeds;
        private long hash;

        private Collected() {
            for (Fault fault : Fault.values()) {
                faults.put(fault, 0L);
            }
        }

        synchronized int add(Simulation.Outcome outcome) {
            outcome.faults().forEach((fault, times) -> faults.merge(fault, (long) times, Long::sum));
            String violation = outcome.violation();
            if (violation != null) {
                violations.add(new Finding(outcome.seed(), outcome.step(), outcome.scenario(), violation));
            }
            // Seeds are done in any order.
            hash += outcome.traceHash();
            return ++seeds;
        }

        synchronized Report report() {
            violations.sort(Comparator.comparingLong(Finding::seed));
            return new Report(seeds, violations, faults, hash);
        }
    }
}
