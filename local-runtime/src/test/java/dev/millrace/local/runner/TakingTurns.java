package dev.millrace.local.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.Pipeline;
import dev.millrace.lambda.HandlerHost;
import dev.millrace.local.aws.AwsAddress;
import dev.millrace.local.aws.PipelineResources;
import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.kinesis.PutEntry;
import dev.millrace.local.mapping.Checkpoints;
import dev.millrace.local.mapping.EventSourceMapping;
import dev.millrace.local.mapping.MappingSettings;
import dev.millrace.local.mapping.StageFunction;
import dev.millrace.local.mapping.SteppedMapping;
import dev.millrace.local.source.SourceShard;
import dev.millrace.local.source.SourceStream;
import dev.millrace.local.testing.AwsData;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import dev.millrace.sink.EmissionException;
import dev.millrace.sink.OutboxEmitter;
import dev.millrace.state.StateLogSettings;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One pipeline at one endpoint, whose records are processed by the Lambda handler and record at a time in turns. It counts visits,
 * {@code key,time}, in all in the table {@link #COUNTS}, and in windows of ten seconds in {@link #WINDOWS}.
 */
final class TakingTurns implements AutoCloseable {
    static final String STREAM = "visits";
    static final String COUNTS = "visit-counts";
    static final String WINDOWS = "visit-windows";
    static final Duration WINDOW = Duration.ofSeconds(10);
    static final Duration OUT_OF_ORDERNESS = Duration.ofSeconds(5);

    private static final long BASE = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    private static final long STEP_MILLIS = 20;
    private static final int KEYS = 40;
    private static final int PER_PUT = 50;
    /** Longer than the test, so that only records move the watermark and every result can be foretold. */
    private static final Duration NEVER = Duration.ofHours(1);

    private final MappingSettings mapping = MappingSettings.defaults()
            .withBatchSize(PER_PUT)
            .withBatchingWindow(Duration.ZERO)
            .withTickInterval(Duration.ofMillis(200));
    private final Random random = new Random(1);
    private final Map<String, Long> windows = new TreeMap<>();
    private final Map<String, Checkpoints> checkpoints = new HashMap<>();
    private final Map<String, StageFunction> functions = new HashMap<>();
    private final ExecutorService rowWriters = OutboxEmitter.rowWriters();
    private final Plan plan;
    private final LocalEndpoint endpoint;
    private final AwsData data;
    private int visits;

    TakingTurns(Pipeline pipeline) {
        plan = Plan.of(pipeline);
        endpoint = LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0));
        data = new AwsData(AwsAddress.local(endpoint.uri()).clients());
        var unused = PipelineResources.create(data.clients(), plan, 2);
        for (Stage stage : plan.stages()) {
            checkpoints.put(stage.name(), Checkpoints.inMemory());
        }
        replaceFunctions();
    }

    /** New functions, with nothing in memory; without that they are those of the last turn, and know nothing of the runner's. */
    void replaceFunctions() {
        for (Stage stage : plan.stages()) {
            functions.put(
                    stage.name(),
                    StageFunction.inProcess(
                            plan.pipeline(),
                            mapping.function(stage.name(), checkpoints(stage), NEVER),
                            data.clients(),
                            Clock.systemUTC()));
        }
    }

    private Checkpoints checkpoints(Stage stage) {
        return Objects.requireNonNull(checkpoints.get(stage.name()));
    }

    private StageFunction function(Stage stage) {
        return Objects.requireNonNull(functions.get(stage.name()));
    }

    private SourceStream stream(String name) {
        return SourceStream.of(endpoint.kinesis(), name);
    }

    void put(int count) {
        for (int left = count; left > 0; left -= PER_PUT) {
            List<PutEntry> entries = new ArrayList<>();
            for (int i = 0; i < Math.min(left, PER_PUT); i++) {
                String key = "page-" + random.nextInt(KEYS);
                long time = BASE + visits * STEP_MILLIS + random.nextInt((int) OUT_OF_ORDERNESS.toMillis());
                entries.add(visit(key, time));
                long start = time - Math.floorMod(time, WINDOW.toMillis());
                windows.merge(key + " " + Instant.ofEpochMilli(start), 1L, Long::sum);
                visits++;
            }
            var unused = endpoint.kinesis().put(STREAM, entries);
        }
    }

    /** So late that all that came before is closed; of keys that are not looked at. */
    private void putEnd() {
        for (int i = 0; i < 20; i++) {
            var unused = endpoint.kinesis().put(STREAM, List.of(visit("end-" + i, BASE + 10_000_000L)));
        }
    }

    private static PutEntry visit(String key, long time) {
        return PutEntry.of(key, (key + "," + time).getBytes(StandardCharsets.UTF_8));
    }

    private void putUntilSomeAreCounted() {
        long enough = visits + 2L * PER_PUT;
        for (int i = 0; i < 4; i++) {
            put(PER_PUT);
        }
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> counted() >= enough);
        put(PER_PUT);
    }

    private long counted() {
        return data.rows(COUNTS).stream()
                .mapToLong(row -> (Long) row.get("count"))
                .sum();
    }

    /** A turn of Lambda's: event source mappings deliver while records come in. */
    void lambda() {
        Deque<EventSourceMapping> started = new ArrayDeque<>();
        for (Stage stage : plan.stages()) {
            started.push(EventSourceMapping.start(
                    stream(stage.inputStream()), function(stage), mapping, checkpoints(stage), Clock.systemUTC()));
        }
        try {
            putUntilSomeAreCounted();
        } finally {
            started.forEach(EventSourceMapping::close);
        }
    }

    /** A turn of Lambda's, in which the second stage does not get what the first one sends. */
    void lambdaOfFirstStage() throws InterruptedException {
        Stage first = plan.stages().get(0);
        String internal = plan.stages().get(1).inputStream();
        put(6 * PER_PUT);
        int before = data.read(internal).size();
        assertThat(new SteppedMapping(stream(STREAM), function(first), mapping, checkpoints(first), Clock.systemUTC())
                        .deliver())
                .isTrue();
        // Several entries of each shard, so that more than the last one's outputs are nowhere but there.
        assertThat(data.read(internal)).hasSizeGreaterThanOrEqualTo(before + 4);
    }

    private Runner startRunner() {
        RunnerSettings settings = RunnerSettings.defaults()
                .withCommitInterval(Duration.ofMillis(10))
                .withTickInterval(Duration.ofMillis(200))
                .withIdleTimeout(NEVER);
        return Runner.start(plan, this::stream, data.clients(), settings);
    }

    /** A turn record at a time. */
    void runner() {
        try (Runner runner = startRunner()) {
            putUntilSomeAreCounted();
            assertThat(runner.heldUp()).isEmpty();
        }
    }

    /**
     * A turn record at a time that ends as if by a kill: each shard has committed an entry, of which one partition of the second
     * stage has taken its part, and the other has not.
     */
    void runnerThatIsKilled() throws InterruptedException {
        AtomicBoolean isKilled = new AtomicBoolean();
        RunnerStages stages = new RunnerStages(
                plan,
                stream(plan.sourceStream()),
                this::stream,
                data.clients().dynamoDb(),
                data.clients().kinesis(),
                new HandlerHost(
                        Clock.systemUTC(),
                        duration -> {},
                        rowWriters,
                        id -> StateLogSettings.of(UUID.randomUUID().toString(), id)),
                NEVER,
                (emitter, log) -> emitter,
                (stage, keyed) -> sent -> take(keyed, sent, isKilled.get()));
        put(4 * PER_PUT);
        for (SourceShard shard : stream(STREAM).shards()) {
            isKilled.set(false);
            SourcePartition partition = stages.source(shard.shardId());
            partition.begin();
            assertThat(partition.read(1_000, Duration.ofSeconds(1))).isTrue();
            isKilled.set(true);
            assertThatThrownBy(partition::flush).hasStackTraceContaining("killed");
        }
    }

    private static void take(List<KeyedPartition> keyed, StraightEmitter.Sent sent, boolean isKilled) {
        try {
            for (KeyedPartition partition : isKilled ? keyed.subList(0, 1) : keyed) {
                partition.feed(sent);
                partition.flush();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (isKilled) {
            throw new EmissionException("the process is killed", null);
        }
    }

    /** Lets the runner do the rest, and compares all rows with a count of what was put. */
    void assertExact() {
        putEnd();
        try (Runner runner = startRunner()) {
            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(100))
                    .untilAsserted(() -> assertThat(rows()).isEqualTo(windows));
            assertThat(runner.heldUp()).isEmpty();
        }
        assertThat(counted()).isEqualTo(visits + 20L);
        assertThat(windows.size()).isGreaterThan(2 * KEYS);
    }

    private Map<String, Long> rows() {
        Map<String, Long> rows = new TreeMap<>();
        data.rows(WINDOWS).forEach(row -> rows.put(row.get("key") + " " + row.get("start"), (Long) row.get("count")));
        return rows;
    }

    @Override
    public void close() {
        data.close();
        endpoint.close();
        rowWriters.shutdownNow();
    }
}
