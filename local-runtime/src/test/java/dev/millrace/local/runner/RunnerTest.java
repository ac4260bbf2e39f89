package dev.millrace.local.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.Aggregations;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import dev.millrace.engine.UpstreamId;
import dev.millrace.lambda.HandlerHost;
import dev.millrace.local.aws.AwsAddress;
import dev.millrace.local.aws.AwsClients;
import dev.millrace.local.aws.PipelineResources;
import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.kinesis.PutEntry;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.source.ShardRead;
import dev.millrace.local.source.SourceShard;
import dev.millrace.local.source.SourceStream;
import dev.millrace.local.source.StreamReadException;
import dev.millrace.plan.Plan;
import dev.millrace.sink.OutboxEmitter;
import dev.millrace.sink.OutputId;
import dev.millrace.state.StateLogSettings;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pipeline of two stages in the runner, on the local endpoint. */
class RunnerTest {
    private static final String STREAM = "visits";
    private static final String TABLE = "visit-counts";
    private static final long BASE = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    private static final long WINDOW_MILLIS = 10_000;
    private static final int KEYS = 50;

    private final Map<String, Long> expected = new TreeMap<>();
    private final Random random = new Random(1);
    private final Plan plan = Plan.of(pipeline());
    private final RunnerSettings settings = RunnerSettings.defaults()
            // Longer than the test, so that only records move the watermark and every result can be foretold.
            .withIdleTimeout(Duration.ofHours(1));
    private LocalEndpoint endpoint;
    private AwsClients clients;

    /** Counts visits, {@code key,time}, by key in windows of ten seconds. */
    private static Pipeline pipeline() {
        PipelineBuilder pipeline = Pipeline.named("visiting").deadLetters("late-visits");
        pipeline.from(STREAM, Codecs.string(), EventTime.extracted(RunnerTest::time, Duration.ofSeconds(5)))
                .keyBy(text -> text.substring(0, text.indexOf(',')))
                .window(Windows.tumbling(Duration.ofMillis(WINDOW_MILLIS)))
                .aggregate(Aggregations.count())
                .toTable(
                        TABLE,
                        row -> row.key("key", Result::key)
                                .sortKey("start", result -> result.window().start())
                                .attribute("count", Result::value));
        return pipeline.build();
    }

    private static Instant time(String text) {
        return Instant.ofEpochMilli(Long.parseLong(text.substring(text.indexOf(',') + 1)));
    }

    @BeforeEach
    void start() {
        endpoint = LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0));
        clients = AwsAddress.local(endpoint.uri()).clients();
        var unused = PipelineResources.create(clients, plan, 2);
    }

    @AfterEach
    void stop() {
        clients.close();
        endpoint.close();
    }

    private Runner run() {
        return Runner.start(plan, name -> SourceStream.of(endpoint.kinesis(), name), clients, settings);
    }

    private void put(int from, int count) {
        List<PutEntry> entries = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            String key = "page-" + random.nextInt(KEYS);
            long time = BASE + i * 10L + random.nextInt(5_000);
            entries.add(PutEntry.of("user-" + random.nextInt(1_000), bytes(key + "," + time)));
            long start = time - Math.floorMod(time, WINDOW_MILLIS);
            expected.merge(key + " " + Instant.ofEpochMilli(start), 1L, Long::sum);
        }
        for (int i = 0; i < count; i += 500) {
            var unused = endpoint.kinesis().put(STREAM, entries.subList(i, Math.min(count, i + 500)));
        }
    }

    /** So late that all that came before is closed; of a key that is not looked at. */
    private void end() {
        for (int i = 0; i < 50; i++) {
            var unused = endpoint.kinesis()
                    .put(STREAM, List.of(PutEntry.of("end-" + i, bytes("end," + (BASE + 10_000_000L)))));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Map<String, Long> rows() {
        Map<String, Long> rows = new TreeMap<>();
        clients.dynamoDb()
                .scanPaginator(request -> request.tableName(TABLE))
                .items()
                .forEach(row -> rows.put(
                        Objects.requireNonNull(row.get("key")).s() + " "
                                + Objects.requireNonNull(row.get("start")).s(),
                        Long.valueOf(Objects.requireNonNull(row.get("count")).n())));
        return rows;
    }

    @Test
    void whenRecordsComeInAsItRuns_thenEveryCountIsExact() {
        put(0, 1_000);
        try (Runner runner = run()) {
            put(1_000, 4_000);
            end();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(rows()).isEqualTo(expected));
            assertThat(runner.heldUp()).isEmpty();
        }
    }

    @Test
    void whenItIsClosedAndStartedAgain_thenItGoesOnFromWhereItWas() {
        for (int i = 0; i < 5; i++) {
            put(1_000 * i, 1_000);
            try (Runner runner = run()) {
                assertThat(runner.heldUp()).isEmpty();
            }
        }
        end();
        try (Runner runner = run()) {
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(rows()).isEqualTo(expected));
            assertThat(runner.heldUp()).isEmpty();
        }
    }

    /** A stream whose read fails once, after something was read. */
    private static class Failing implements SourceStream {
        private final SourceStream stream;
        private final Runnable failure;
        private boolean hasRead;
        private boolean hasFailed;

        private Failing(SourceStream stream, Runnable failure) {
            this.stream = stream;
            this.failure = failure;
        }

        @Override
        public String name() {
            return stream.name();
        }

        @Override
        public List<SourceShard> shards() {
            return stream.shards();
        }

        @Override
        public String iterator(String shardId, StartingPosition position) {
            return stream.iterator(shardId, position);
        }

        @Override
        public synchronized ShardRead read(String iterator, int limit, Duration timeout) throws InterruptedException {
            if (hasRead && !hasFailed) {
                hasFailed = true;
                failure.run();
            }
            ShardRead read = stream.read(iterator, limit, timeout);
            hasRead |= !read.records().isEmpty();
            return read;
        }
    }

    private void whenAReadFailsOnce_thenNothingIsLost(Runnable failure) {
        SourceStream source = new Failing(SourceStream.of(endpoint.kinesis(), STREAM), failure);
        RunnerSettings slow = settings.withCommitInterval(Duration.ofSeconds(1));
        put(0, 1_000);
        try (Runner runner = Runner.start(
                plan,
                name -> name.equals(STREAM) ? source : SourceStream.of(endpoint.kinesis(), name),
                clients,
                slow)) {
            put(1_000, 1_000);
            end();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(rows()).isEqualTo(expected));
            assertThat(runner.heldUp()).isEmpty();
        }
    }

    @Test
    void whenAReadFailsWhileRecordsAreNotCommitted_thenTheyAreReadAgain() {
        whenAReadFailsOnce_thenNothingIsLost(() -> {
            throw new StreamReadException("throttled", null, StreamReadException.Kind.UNAVAILABLE);
        });
    }

    @Test
    void whenAnErrorComesUp_thenTheShardGoesOnAllTheSame() {
        whenAReadFailsOnce_thenNothingIsLost(() -> {
            throw new AssertionError("told to fail");
        });
    }

    /** As of Kinesis, where what was acknowledged a moment ago may not be found yet. */
    @Test
    void theStreamIsReadToItsEnd_onlyByAReadThatBeganLateEnough() throws InterruptedException {
        String stage = plan.stages().get(1).name();
        SourceStream internal =
                SourceStream.of(endpoint.kinesis(), plan.stages().get(1).inputStream());
        List<Long> began = new ArrayList<>();
        SourceStream slow = new Failing(internal, () -> {}) {
            @Override
            public synchronized ShardRead read(String iterator, int limit, Duration timeout)
                    throws InterruptedException {
                began.add(System.nanoTime());
                return internal.read(iterator, limit, Duration.ZERO);
            }

            @Override
            public Duration visibilityLag() {
                return Duration.ofMillis(300);
            }
        };
        List<KeyedPartition> keyed = new ArrayList<>();
        RunnerStages stages = new RunnerStages(
                plan,
                SourceStream.of(endpoint.kinesis(), STREAM),
                name -> name.equals(internal.name()) ? slow : SourceStream.of(endpoint.kinesis(), name),
                clients.dynamoDb(),
                clients.kinesis(),
                new HandlerHost(
                        Clock.systemUTC(),
                        duration -> {},
                        OutboxEmitter.rowWriters(),
                        mapping -> StateLogSettings.of(UUID.randomUUID().toString(), mapping)),
                Duration.ofHours(1),
                (emitter, log) -> emitter,
                (name, partitions) -> {
                    keyed.addAll(partitions);
                    return sent -> {};
                });
        assertThat(stages).isNotNull();
        OutputId first = new OutputId("visiting", stage, "shardId-000000000000", 1, 2, 0);
        UpstreamId from = new UpstreamId(plan.stages().get(0).name(), "shardId-000000000000");

        keyed.get(0).feed(new StraightEmitter.Sent(from, first, List.of(), true));

        assertThat(began.get(began.size() - 1) - began.get(0)).isGreaterThan(250_000_000L);
    }
}
