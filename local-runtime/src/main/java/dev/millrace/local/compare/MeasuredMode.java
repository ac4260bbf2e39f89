package dev.millrace.local.compare;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The other side of a {@link MeasuringProcess}. */
final class MeasuredMode implements AutoCloseable {
    private static final int HEAP_MEGABYTES = 1_024;
    private static final long LOOK_MILLIS = 200;
    /** What an order may take beside what is measured, before its process is taken to hang. */
    private static final double MARGIN_SECONDS = 180;

    private static final double MOST_TIMES = 10;

    private final ComparedMode mode;
    private final JavaProcess process;
    private final BlockingQueue<String> answers;

    private MeasuredMode(ComparedMode mode, JavaProcess process, BlockingQueue<String> answers) {
        this.mode = mode;
        this.process = process;
        this.answers = answers;
    }

    /** @param directory of its own */
    static MeasuredMode start(ComparedMode mode, ComparisonSettings settings, Path directory) {
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        JavaProcess process = JavaProcess.start(
                MeasuringProcess.class,
                List.of(mode.name(), Json.write(settings), directory.toString()),
                HEAP_MEGABYTES,
                directory.resolve("measuring.log"),
                answers::add);
        return new MeasuredMode(mode, process, answers);
    }

    /** @throws ComparisonException if it could not be measured, or came out wrong */
    List<Figure> measure(MeasuringProcess.Order order, double seconds) throws InterruptedException {
        process.send(Json.write(order));
        long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos((long) (MARGIN_SECONDS + MOST_TIMES * seconds));
        String answer = await(endNanos);
        if (answer == null) {
            throw new ComparisonException("the " + order.aspect() + " of " + mode + " was not measured: its process "
                    + (process.isAlive() ? "does not answer. " : "has ended. ") + process.lastWords());
        }
        MeasuringProcess.Answer read = Json.read(answer, MeasuringProcess.Answer.class);
        if (read.failure() != null) {
            throw new ComparisonException(
                    "the " + order.aspect() + " of " + mode + " was not measured: " + read.failure());
        }
        return read.figures();
    }

    private @Nullable String await(long endNanos) throws InterruptedException {
        while (System.nanoTime() - endNanos < 0) {
            boolean wasAlive = process.isAlive();
            String answer = answers.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            if (answer != null || !wasAlive) {
                return answer;
            }
        }
        return null;
    }

    @Override
    public void close() {
        process.close();
    }
}
