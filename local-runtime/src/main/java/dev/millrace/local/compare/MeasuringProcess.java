package dev.millrace.local.compare;

import dev.millrace.Pipeline;
import dev.millrace.plan.PipelineLoader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process in which one mode is measured: one aspect for each line that it reads, so that all are measured with code that is
 * warm; it answers with a line.
 */
final class MeasuringProcess {
    private static final Logger LOG = LoggerFactory.getLogger(MeasuringProcess.class);

    private final ComparedMode mode;
    private final ComparisonSettings settings;
    private final Pipeline pipeline;
    private final Path directory;

    /** What to measure, with how many records a second the mode does, and the slower of the two. */
    record Order(Aspect aspect, double ofMode, double ofSlower) {}

    /** What came of it. */
    record Answer(List<Figure> figures, @Nullable String failure) {}

    private MeasuringProcess(ComparedMode mode, ComparisonSettings settings, Path directory) {
        this.mode = mode;
        this.settings = settings;
        this.directory = directory;
        this.pipeline = PipelineLoader.load(settings.pipelineClass(), MeasuringProcess.class.getClassLoader());
    }

    /** @param args the mode, the settings as JSON, and a folder of its own */
    public static void main(String[] args) throws InterruptedException {
        PrintStream answers = System.out;
        // Whatever a library prints is no answer.
        System.setOut(System.err);
        MeasuringProcess process = new MeasuringProcess(
                ComparedMode.valueOf(args[0]), Json.read(args[1], ComparisonSettings.class), Path.of(args[2]));
        BlockingQueue<String> orders = new LinkedBlockingQueue<>();
        JavaProcess.haltWithParent(orders::add);
        while (true) {
            answers.println(Json.write(process.answer(Json.read(orders.take(), Order.class))));
            answers.flush();
        }
    }

    private Answer answer(Order order) {
        try {
            System.gc();
            return new Answer(measure(order), null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(List.of(), "interrupted");
        } catch (RuntimeException e) {
            LOG.warn("A measurement has failed", e);
            return new Answer(List.of(), Objects.requireNonNullElse(e.getMessage(), e.toString()));
        }
    }

    private List<Figure> measure(Order order) throws InterruptedException {
        return switch (order.aspect()) {
            case LATENCY -> new LatencyMeasurement(mode, settings, pipeline).measure(order.ofSlower());
            case THROUGHPUT -> ThroughputMeasurement.measure(mode, settings, pipeline);
            case LOAD_BALANCING -> new BalanceMeasurement(mode, settings, pipeline).measure(order.ofMode());
            case ELASTICITY -> ElasticityMeasurement.measure(mode, settings, pipeline, order.ofSlower());
            case FAULT_TOLERANCE -> new FaultMeasurement(mode, settings, pipeline, directory).measure(order.ofSlower());
        };
    }
}
