package dev.millrace.local.testing;

import dev.millrace.Pipeline;
import dev.millrace.PipelineDefinition;
import dev.millrace.local.aws.AwsClients;
import dev.millrace.local.aws.PipelineResources;
import dev.millrace.plan.PipelineLoader;
import dev.millrace.plan.Plan;
import dev.millrace.plan.ResultTable;
import dev.millrace.plan.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/**
 * A pipeline in a test: put records, let them be processed, let time pass, and read what came of them.
 *
 * <p>Its functions are the real handlers, in this process; its streams and tables are real too, at a {@link Backend}, made
 * for the test and removed when this is closed. Nothing happens between calls: records wait in their stream until
 * {@link #process} or {@link #advance}, which deliver on the caller's thread, as an event source mapping would, and then
 * tick. So a test is the same each time. For one thread at a time.
 */
public final class TestPipeline implements AutoCloseable {
    private final Plan plan;
    private final RunningBackend backend;
    private final AwsData data;
    private final PipelineResources resources;
    private final Optional<RunningBackend> own;
    private final Stepping stepping;
    private final SourceShards shards;

    private TestPipeline(
            Plan plan,
            RunningBackend backend,
            PipelineResources resources,
            Optional<RunningBackend> own,
            TestOptions options) {
        this.plan = plan;
        this.backend = backend;
        this.data = new AwsData(backend.clients());
        this.resources = resources;
        this.own = own;
        this.stepping = new Stepping(plan, backend, options);
        this.shards = new SourceShards(backend.clients(), plan.sourceStream());
    }

    /**
     * Starts a pipeline on an embedded endpoint of its own, whose clock stands at the present.
     *
     * @throws dev.millrace.PipelineException if the class cannot define a pipeline, or that cannot run: the message says why
     */
    public static TestPipeline start(Class<? extends PipelineDefinition> definition) {
        Pipeline pipeline = load(definition);
        RunningBackend own = Backend.embedded().start();
        return start(pipeline, own, Optional.of(own), TestOptions.defaults());
    }

    /**
     * Starts a pipeline.
     *
     * @param backend is not closed with it
     * @throws dev.millrace.PipelineException if it cannot run: the message says why
     * @throws IllegalStateException if one of its streams or tables exists: a test makes its own, and removes them
     */
    public static TestPipeline start(Pipeline pipeline, RunningBackend backend, TestOptions options) {
        return start(pipeline, backend, Optional.empty(), options);
    }

    /**
     * The pipeline that a class defines.
     *
     * @throws dev.millrace.PipelineException if it defines none: the message says why
     */
    public static Pipeline load(Class<? extends PipelineDefinition> definition) {
        return PipelineLoader.load(definition.getName(), definition.getClassLoader());
    }

    private static TestPipeline start(
            Pipeline pipeline, RunningBackend backend, Optional<RunningBackend> own, TestOptions options) {
        @Nullable PipelineResources resources = null;
        try {
            Plan plan = Plan.of(pipeline);
            backend.requireNone(plan, PipelineResources.present(backend.clients(), plan));
            resources = PipelineResources.create(backend.clients(), plan, options.shards());
            // Others may have made some meanwhile.
            backend.requireNone(plan, resources.existing());
            return new TestPipeline(plan, backend, resources, own, options);
        } catch (RuntimeException e) {
            try {
                if (resources != null) {
                    resources.delete();
                }
            } catch (RuntimeException left) {
                e.addSuppressed(left);
            }
            own.ifPresent(RunningBackend::close);
            throw e;
        }
    }

    /**
     * Puts records into the source stream, in their order.
     *
     * @param records each bytes as they are, text in UTF-8, or an object that becomes JSON, with times as text
     * @throws IllegalArgumentException if one cannot be written as JSON
     * @throws IllegalStateException if the stream refuses one
     */
    public void put(String partitionKey, Object... records) {
        putAll(Arrays.asList(records), record -> partitionKey);
    }

    /**
     * Puts records into the source stream, each key's in their order.
     *
     * @param records as in {@link #put}
     * @param partitionKey gives each record's partition key
     * @throws IllegalArgumentException if one cannot be written as JSON
     * @throws IllegalStateException if the stream refuses one
     */
    public <T> void putAll(List<T> records, Function<? super T, String> partitionKey) {
        List<PutRecordsRequestEntry> entries = records.stream()
                .map(each -> PutRecordsRequestEntry.builder()
                        .partitionKey(partitionKey.apply(each))
                        .data(SdkBytes.fromByteArray(TestJson.data(each)))
                        .build())
                .toList();
        stepping.awaitLater(data.put(plan.sourceStream(), entries));
    }

    /**
     * Has all records processed that were put, by all stages, and ticks until nothing more comes of that; where the clock
     * cannot be driven, as often as it takes a tick's effects to pass all stages, twice.
     *
     * @throws dev.millrace.local.mapping.DeliveryException if a function does not take a batch: with what it threw for a
     *     cause, where that is known
     * @throws IllegalStateException if the pipeline does not come to rest, or cannot be read
     */
    public void process() {
        stepping.process();
    }

    /**
     * Has all records processed, then lets time pass, and has processed what comes of that, such as windows that close. Where
     * the backend's clock cannot be driven it passes by waiting. Fails as {@link #process} does.
     *
     * @param duration zero or more
     */
    public void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("time does not go back: " + duration);
        }
        stepping.advance(duration);
    }

    /**
     * Replaces all functions by new ones with nothing in memory, and the event source mappings by new ones, which deliver
     * all records again. Nothing of that may be seen in results.
     */
    public void restart() {
        stepping.restart();
    }

    /** The time that records arrive at now. */
    public Instant now() {
        return backend.clock().instant();
    }

    /**
     * Splits an open shard of the source stream in halves.
     *
     * @param shard its place among the open shards, by their hash keys, from 0
     * @throws IllegalArgumentException if there is no such shard
     */
    public void split(int shard) {
        shards.split(shard);
    }

    /**
     * Merges an open shard of the source stream with the next.
     *
     * @param shard its place among the open shards, by their hash keys, from 0
     * @throws IllegalArgumentException if there is no such shard, or none after it
     */
    public void merge(int shard) {
        shards.merge(shard);
    }

    /** How many shards of the source stream are open. */
    public int openShards() {
        return shards.open().size();
    }

    /**
     * The rows of a table of results, by their keys: text as {@code String}, whole numbers as {@code Long} and others as
     * {@code BigDecimal}. Rows that were taken back are left out.
     *
     * @throws IllegalArgumentException if the pipeline does not write to the table
     */
    public List<Map<String, Object>> rows(String table) {
        List<ResultTable> tables =
                plan.stages().stream().flatMap(stage -> stage.tables().stream()).toList();
        ResultTable result = tables.stream()
                .filter(each -> each.name().equals(table))
                .findFirst()
                .orElseThrow(() -> unknown(
                        "table",
                        table,
                        tables.stream().map(ResultTable::name).distinct().toList()));
        return data.rows(table).stream()
                .sorted(Comparator.comparing((Map<String, Object> row) -> key(row, result.key()))
                        .thenComparing(row ->
                                result.sortKey().map(name -> key(row, name)).orElse("")))
                .toList();
    }

    private static String key(Map<String, Object> row, String name) {
        return String.valueOf(row.get(name));
    }

    /**
     * The rows of a table of results, by their keys, as a type whose properties are called as the attributes, or as these in
     * camel case: {@code window_start} is {@code windowStart}. Attributes that the type does not have are passed over.
     *
     * @throws IllegalArgumentException if the pipeline does not write to the table, or a row is not of the type
     */
    public <T> List<T> rows(String table, Class<T> type) {
        return rows(table).stream().map(row -> TestJson.row(row, type)).toList();
    }

    /**
     * The records of a stream of results, shard by shard.
     *
     * @throws IllegalArgumentException if the pipeline does not append to the stream
     */
    public List<TestRecord> records(String stream) {
        List<String> streams = new ArrayList<>();
        plan.stages().stream().map(Stage::outputStreams).forEach(streams::addAll);
        if (!streams.contains(stream)) {
            throw unknown("stream", stream, streams);
        }
        return read(stream).toList();
    }

    private Stream<TestRecord> read(String stream) {
        return data.read(stream).stream()
                .map(record ->
                        new TestRecord(record.partitionKey(), record.data().asByteArray()));
    }

    /**
     * The dead letters, each id once, shard by shard.
     *
     * @throws IllegalArgumentException if the pipeline has no stream for them
     */
    public List<DeadLetter> deadLetters() {
        String stream = plan.pipeline()
                .deadLetterStream()
                .orElseThrow(() -> new IllegalArgumentException(
                        "pipeline '" + plan.pipeline().name() + "' has no stream for dead letters: it says none"));
        Map<String, DeadLetter> letters = new LinkedHashMap<>();
        read(stream).map(record -> record.as(DeadLetter.class)).forEach(letter -> letters.put(letter.id(), letter));
        return List.copyOf(letters.values());
    }

    private IllegalArgumentException unknown(String kind, String name, List<String> known) {
        return new IllegalArgumentException("pipeline '" + plan.pipeline().name() + "' has no " + kind + " of results '"
                + name + "'; it has " + (known.isEmpty() ? "none" : String.join(", ", known)));
    }

    /** How the pipeline runs, with the names of its streams and tables. */
    public Plan plan() {
        return plan;
    }

    /** The SDK's clients of the backend; not to be closed. */
    public AwsClients clients() {
        return backend.clients();
    }

    /**
     * Removes the streams and tables that were made.
     *
     * @throws IllegalStateException if something is left: the message names it
     */
    @Override
    public void close() {
        try {
            resources.delete();
        } finally {
            own.ifPresent(RunningBackend::close);
        }
    }
}
