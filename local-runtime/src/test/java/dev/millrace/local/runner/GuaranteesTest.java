package dev.millrace.local.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.Aggregations;
import dev.millrace.Emission;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import dev.millrace.local.aws.AwsAddress;
import dev.millrace.local.aws.AwsClients;
import dev.millrace.local.aws.PipelineResources;
import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.kinesis.PutEntry;
import dev.millrace.local.source.SourceStream;
import dev.millrace.plan.Plan;
import dev.millrace.sink.EmissionException;
import dev.millrace.sink.Emitter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A pipeline of three stages under each guarantee, on the local endpoint. */
class GuaranteesTest {
    private static final String STREAM = "visits";
    private static final String BY_PAGE = "page-counts";
    private static final String BY_SITE = "site-counts";
    private static final long BASE = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    private static final long WINDOW_MILLIS = 10_000;
    private static final int PAGES = 40;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Map<String, Long> pages = new TreeMap<>();
    private final Map<String, Long> sites = new TreeMap<>();
    private final Random random = new Random(1);
    private final Plan plan = Plan.of(pipeline());
    private LocalEndpoint endpoint;
    private AwsClients clients;

    /** Counts visits, {@code site/page,time}, by page in windows of ten seconds, and from those counts by site. */
    private static Pipeline pipeline() {
        PipelineBuilder pipeline = Pipeline.named("visiting").deadLetters("late-visits");
        var counts = pipeline.from(
                        STREAM, Codecs.string(), EventTime.extracted(GuaranteesTest::time, Duration.ofSeconds(5)))
                .keyBy(text -> text.substring(0, text.indexOf(',')))
                .window(Windows.tumbling(Duration.ofMillis(WINDOW_MILLIS)))
                .aggregate(Aggregations.count());
        counts.toTable(
                BY_PAGE,
                row -> row.key("key", Result::key)
                        .sortKey("start", result -> result.window().start())
                        .attribute("count", Result::value));
        counts.keyBy(result -> result.key().substring(0, result.key().indexOf('/')))
                .window(Windows.tumbling(Duration.ofMillis(WINDOW_MILLIS)))
                .aggregate(Aggregations.sumLong(Result::value))
                .emit(Emission.onUpdate())
                .toTable(
                        BY_SITE,
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

    private static RunnerSettings settings(Guarantee guarantee) {
        return RunnerSettings.defaults().withGuarantee(guarantee).withIdleTimeout(Duration.ofHours(1));
    }

    private Runner run(RunnerSettings settings) {
        return Runner.start(plan, name -> SourceStream.of(endpoint.kinesis(), name), clients, settings);
    }

    private void put(int from, int count) {
        List<PutEntry> entries = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            String site = "site-" + random.nextInt(3);
            String page = site + "/page-" + random.nextInt(PAGES);
            long time = BASE + i * 10L + random.nextInt(5_000);
            entries.add(PutEntry.of("user-" + random.nextInt(1_000), bytes(page + "," + time)));
            Instant start = Instant.ofEpochMilli(time - Math.floorMod(time, WINDOW_MILLIS));
            pages.merge(page + " " + start, 1L, Long::sum);
            sites.merge(site + " " + start, 1L, Long::sum);
        }
        for (int i = 0; i < count; i += 500) {
            var unused = endpoint.kinesis().put(STREAM, entries.subList(i, Math.min(count, i + 500)));
        }
    }

    /** So late that all that came before is closed, in both stages; of keys that are not looked at. */
    private void end() {
        for (int i = 0; i < 50; i++) {
            var unused = endpoint.kinesis()
                    .put(STREAM, List.of(PutEntry.of("end-" + i, bytes("end/end," + (BASE + 10_000_000L)))));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Map<String, Long> rows(String table) {
        Map<String, Long> rows = new TreeMap<>();
        clients.dynamoDb()
                .scanPaginator(request -> request.tableName(table))
                .items()
                .forEach(row -> rows.put(
                        Objects.requireNonNull(row.get("key")).s() + " "
                                + Objects.requireNonNull(row.get("start")).s(),
                        Long.valueOf(Objects.requireNonNull(row.get("count")).n())));
        return rows;
    }

    private void awaitExact() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(rows(BY_PAGE).equals(pages)).isTrue();
            assertThat(rows(BY_SITE).equals(sites)).isTrue();
        });
    }

    @ParameterizedTest
    @EnumSource(Guarantee.class)
    void whileNothingFails_everyCountIsExact(Guarantee guarantee) {
        put(0, 1_000);
        try (Runner runner = run(settings(guarantee))) {
            put(1_000, 2_000);
            end();
            awaitExact();
            assertThat(runner.heldUp()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Guarantee.class)
    void whenItIsClosedAndStartedAgain_underAnyGuarantee_thenItGoesOnFromWhereItWas(Guarantee guarantee) {
        List<Guarantee> all = List.of(Guarantee.values());
        for (int i = 0; i < 4; i++) {
            put(500 * i, 500);
            Guarantee next = all.get((all.indexOf(guarantee) + i) % all.size());
            try (Runner runner = run(settings(next))) {
                assertThat(runner.heldUp()).isEmpty();
            }
        }
        end();
        try (Runner runner = run(settings(guarantee))) {
            awaitExact();
            assertThat(runner.heldUp()).isEmpty();
        }
    }

    @Test
    void atLeastOnce_resultsLeaveBeforeTheyAreCommitted() {
        put(0, 1_000);
        end();
        RunnerSettings never = settings(Guarantee.AT_LEAST_ONCE).withCommitInterval(Duration.ofMinutes(1));
        try (Runner runner = run(never)) {
            awaitExact();
            assertThat(runner.heldUp()).isEmpty();
        }
    }

    private Runner run(Guarantee guarantee, UnaryOperator<Emitter> sinks) {
        return Runner.start(
                plan,
                SourceStream.of(endpoint.kinesis(), STREAM),
                name -> SourceStream.of(endpoint.kinesis(), name),
                clients,
                settings(guarantee),
                sinks);
    }

    @Test
    void atLeastOnce_whileASinkIsDown_nothingIsReadAgain() {
        AtomicInteger failures = new AtomicInteger(5);
        put(0, 1_000);
        end();
        try (Runner runner = run(Guarantee.AT_LEAST_ONCE, all -> outputs -> {
            if (failures.getAndDecrement() > 0) {
                throw new EmissionException("the sink is down");
            }
            all.emit(outputs);
        })) {
            awaitExact();
            assertThat(failures).hasNegativeValue();
            assertThat(runner.progress().records()).isEqualTo(1_050);
        }
    }

    @Test
    void atMostOnce_aSinkThatIsDownHoldsNothingUp_andWhatItMissedNeverComes() {
        AtomicBoolean isDown = new AtomicBoolean(true);
        AtomicInteger lost = new AtomicInteger();
        put(0, 2_000);
        try (Runner runner = run(Guarantee.AT_MOST_ONCE, all -> outputs -> {
            if (isDown.get()) {
                lost.addAndGet(outputs.size());
                throw new EmissionException("the sink is down");
            }
            all.emit(outputs);
        })) {
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(runner.progress().records()).isEqualTo(2_000);
                assertThat(lost).hasPositiveValue();
            });
        }
        isDown.set(false);
        end();
        try (Runner runner = run(settings(Guarantee.AT_MOST_ONCE))) {
            // The last window of each stage has closed since.
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(rows(BY_SITE)).isNotEmpty());
            assertThat(runner.heldUp()).isEmpty();
        }
        Map<String, Long> counted = rows(BY_PAGE);
        assertThat(counted.size()).isLessThan(pages.size());
        assertThat(counted.entrySet().stream().allMatch(row -> row.getValue().equals(pages.get(row.getKey()))))
                .isTrue();
    }

    /** The first goes on for a while beside the second, as a process does that is taken for dead. */
    @Test
    void whenTwoRunAtOnce_atLeastOnce_thenNothingIsLost() {
        RunnerSettings settings = settings(Guarantee.AT_LEAST_ONCE).withCommitInterval(Duration.ofMillis(100));
        put(0, 1_000);
        Runner first = run(settings);
        put(1_000, 500);
        try (Runner second = run(settings)) {
            put(1_500, 500);
            end();
            await().atMost(PATIENCE).until(() -> second.progress().records() > 0);
            first.close();
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertNothingIsMissing(rows(BY_PAGE), pages);
                assertNothingIsMissing(rows(BY_SITE), sites);
            });
            assertThat(second.heldUp()).isEmpty();
        } finally {
            first.close();
        }
    }

    private static void assertNothingIsMissing(Map<String, Long> rows, Map<String, Long> expected) {
        assertThat(rows.keySet().equals(expected.keySet())).isTrue();
        assertThat(expected.entrySet().stream()
                        .allMatch(entry -> rows.getOrDefault(entry.getKey(), 0L) >= entry.getValue()))
                .isTrue();
    }
}
