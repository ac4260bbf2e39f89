package dev.millrace.local.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Measures both modes, aspect by aspect, each mode in a process of its own, of which only one has anything to do at a time. To be
 * closed, also while it measures, from another thread: then its processes and its folder go.
 */
public final class Comparison implements AutoCloseable {
    /** Both modes must be known to be measured under the same load. */
    private static final List<Aspect> ORDER = List.of(
            Aspect.THROUGHPUT, Aspect.LATENCY, Aspect.LOAD_BALANCING, Aspect.ELASTICITY, Aspect.FAULT_TOLERANCE);

    private final ComparisonSettings settings;
    private final Path directory;
    private final Map<ComparedMode, MeasuredMode> modes = new EnumMap<>(ComparedMode.class);

    /** Is told what is measured next. */
    @FunctionalInterface
    public interface Steps {
        /**
         * @param done how many steps are done
         * @param all how many there are
         * @param what comes next
         */
        void at(int done, int all, String what);
    }

    /**
     * Starts the processes.
     *
     * @throws IllegalArgumentException if there is no input for the pipeline
     */
    public Comparison(ComparisonSettings settings) {
        requireInput(settings.pipeline());
        this.settings = settings;
        try {
            this.directory = Files.createTempDirectory("millrace-compare-");
            for (ComparedMode mode : ComparedMode.values()) {
                Path ofMode = Files.createDirectory(directory.resolve(mode.toString()));
                modes.put(mode, MeasuredMode.start(mode, settings, ofMode));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws IllegalArgumentException if there is no input for a pipeline of this name */
    public static void requireInput(String pipeline) {
        if (!Input.PIPELINES.contains(pipeline)) {
            throw new IllegalArgumentException("there is no input for pipeline '" + pipeline + "', only for "
                    + String.join(" and ", Input.PIPELINES));
        }
    }

    /**
     * Measures everything.
     *
     * @return the figures, aspect by aspect
     * @throws ComparisonException if something could not be measured, or results were wrong
     */
    public List<Figure> run(Steps steps) throws InterruptedException {
        List<Figure> figures = new ArrayList<>();
        Map<ComparedMode, Double> rates = new EnumMap<>(ComparedMode.class);
        int all = ORDER.size() * ComparedMode.values().length;
        int done = 0;
        for (Aspect aspect : ORDER) {
            for (ComparedMode mode : ComparedMode.values()) {
                steps.at(done++, all, mode + ", " + aspect);
                List<Figure> measured = measure(aspect, mode, rates);
                figures.addAll(measured);
                measured.stream()
                        .filter(figure -> aspect == Aspect.THROUGHPUT
                                && figure.metric().equals(ThroughputMeasurement.RECORDS_PER_SECOND))
                        .forEach(figure -> rates.put(mode, figure.value()));
            }
        }
        steps.at(done, all, "done");
        List<String> aspects = Stream.of(Aspect.values()).map(Aspect::toString).toList();
        figures.sort(Comparator.comparingInt(figure -> aspects.indexOf(figure.aspect())));
        return figures;
    }

    private List<Figure> measure(Aspect aspect, ComparedMode mode, Map<ComparedMode, Double> rates)
            throws InterruptedException {
        double slower =
                rates.values().stream().mapToDouble(Double::doubleValue).min().orElse(0);
        MeasuredMode measured = modes.get(mode);
        if (measured == null) {
            throw new IllegalStateException("all modes have a process");
        }
        return measured.measure(
                new MeasuringProcess.Order(aspect, rates.getOrDefault(mode, 0.0), slower), settings.seconds());
    }

    /** Ends all processes, and removes what they have left. */
    @Override
    public void close() {
        modes.values().forEach(MeasuredMode::close);
        FolderRemoval.remove(directory);
    }
}
