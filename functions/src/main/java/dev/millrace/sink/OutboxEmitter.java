package dev.millrace.sink;

import dev.millrace.Operator;
import dev.millrace.Pipeline;
import dev.millrace.Sink;
import dev.millrace.Transform;
import dev.millrace.engine.Output;
import dev.millrace.time.Pause;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** Emits the outboxes of a pipeline: each output to the emitter of its sink. Serves all partitions of a process. */
public final class OutboxEmitter implements Emitter, AutoCloseable {
    /** How many rows are written at once, over all tables and partitions. */
    private static final int PARALLEL_WRITES = 8;

    private final String pipeline;
    private final Map<String, Emitter> emitters = new HashMap<>();
    private final ExecutorService executor;

    /** As below, for a pipeline of one stage. */
    public OutboxEmitter(
            Pipeline pipeline, Supplier<DynamoDbClient> dynamoDb, Supplier<KinesisClient> kinesis, Pause pause) {
        this(pipeline, dynamoDb, kinesis, pause, Map.of());
    }

    /**
     * Clients are asked for only where the pipeline has a sink that needs them, and not closed.
     *
     * @param dynamoDb for tables
     * @param kinesis for streams and dead letters
     * @param pause between attempts to write records that Kinesis has refused
     * @param exchanges what sends to other stages, by the names of the sinks
     */
    public OutboxEmitter(
            Pipeline pipeline,
            Supplier<DynamoDbClient> dynamoDb,
            Supplier<KinesisClient> kinesis,
            Pause pause,
            Map<String, Emitter> exchanges) {
        this(pipeline, dynamoDb, kinesis, pause, exchanges, rowWriters());
    }

    /**
     * As above.
     *
     * @param rowWriters writes rows; shut down by {@link #close}
     */
    public OutboxEmitter(
            Pipeline pipeline,
            Supplier<DynamoDbClient> dynamoDb,
            Supplier<KinesisClient> kinesis,
            Pause pause,
            Map<String, Emitter> exchanges,
            ExecutorService rowWriters) {
        this.pipeline = pipeline.name();
        this.executor = rowWriters;
        for (Operator operator : pipeline.operators()) {
            if (operator.transform() instanceof Transform.To to) {
                emitters.put(operator.name(), emitter(operator.name(), to.sink(), dynamoDb, kinesis, pause));
            }
        }
        emitters.putAll(exchanges);
        pipeline.deadLetterStream()
                .ifPresent(stream ->
                        emitters.put(Output.DEAD_LETTERS, new DeadLetterEmitter(stream, kinesis.get(), pause)));
    }

    /** Threads that write rows, as many as are written at once; they end when there is nothing to write for a second. */
    public static ExecutorService rowWriters() {
        ThreadPoolExecutor writers = new ThreadPoolExecutor(
                PARALLEL_WRITES, PARALLEL_WRITES, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "millrace-table-writer");
                    thread.setDaemon(true);
                    return thread;
                });
        // Handlers are not closed, and a test makes many of them.
        writers.allowCoreThreadTimeOut(true);
        return writers;
    }

    private Emitter emitter(
            String name,
            Sink<Object> sink,
            Supplier<DynamoDbClient> dynamoDb,
            Supplier<KinesisClient> kinesis,
            Pause pause) {
        if (sink instanceof Sink.Table<Object> table) {
            return new TableEmitter(table, dynamoDb.get(), executor);
        }
        if (sink instanceof Sink.Stream<Object> stream) {
            return new StreamEmitter(name, stream, kinesis.get(), pause);
        }
        return new CollectingEmitter(((Sink.Collecting<Object>) sink).collection());
    }

    /**
     * {@inheritDoc}
     *
     * <p>An output whose sink the pipeline no longer has is not dropped: that would lose a committed result.
     */
    @Override
    public void emit(List<IdentifiedOutput> outputs) {
        Map<String, List<IdentifiedOutput>> bySink = new LinkedHashMap<>();
        for (IdentifiedOutput output : outputs) {
            bySink.computeIfAbsent(output.output().sink(), sink -> new ArrayList<>())
                    .add(output);
        }
        bySink.keySet().forEach(this::emitterOf);
        bySink.forEach((sink, ofSink) -> emitterOf(sink).emit(ofSink));
    }

    private Emitter emitterOf(String sink) {
        Emitter emitter = emitters.get(sink);
        if (emitter != null) {
            return emitter;
        }
        throw new EmissionException(
                sink.equals(Output.DEAD_LETTERS)
                        ? "pipeline '" + pipeline + "' has committed dead letters and names no stream for them: give it"
                                + " one with deadLetters(stream)"
                        : "pipeline '" + pipeline + "' has committed results for sink '" + sink
                                + "', which it does not have: deploy it with that sink until they are written, or reset"
                                + " its state");
    }

    /** Ends the threads that write to tables. What is being emitted meanwhile fails. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
