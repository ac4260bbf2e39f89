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
import dev.millrace.local.aws.AwsAddress;
import dev.millrace.local.aws.AwsClients;
import dev.millrace.local.aws.PipelineResources;
import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.kinesis.PutEntry;
import dev.millrace.local.source.SourceStream;
import dev.millrace.local.testing.AwsData;
import dev.millrace.plan.Plan;
import dev.millrace.testing.TableOutage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table that takes no rows for a while. */
class SinkOutageTest {
    private static final String STREAM = "visits";
    private static final String TABLE = "visit-counts";
    private static final int VISITS = 60_000;
    private static final int SHARDS = 2;
    private static final long BASE = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    private static final long WINDOW_MILLIS = 10_000;
    /** More than an SDK's attempts at one write. */
    private static final int MANY_REFUSALS = 10;
    /** On a machine that has other things to do. */
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** Counts visits, {@code key,time}, in windows of ten seconds, in the source's stage or in one of its own. */
    private static Pipeline pipeline(boolean inOneStage) {
        PipelineBuilder pipeline = Pipeline.named("visiting");
        var visits = pipeline.from(STREAM, Codecs.string(), EventTime.extracted(SinkOutageTest::time, Duration.ZERO));
        var keyed = inOneStage ? visits.keyByPartitionKey(SinkOutageTest::key) : visits.keyBy(SinkOutageTest::key);
        keyed.window(Windows.tumbling(Duration.ofMillis(WINDOW_MILLIS)))
                .aggregate(Aggregations.count())
                .toTable(
                        TABLE,
                        row -> row.key("key", Result::key)
                                .sortKey("start", result -> result.window().start())
                                .attribute("count", Result::value));
        return pipeline.build();
    }

    private static String key(String text) {
        return text.substring(0, text.indexOf(','));
    }

    private static Instant time(String text) {
        return Instant.ofEpochMilli(Long.parseLong(text.substring(text.indexOf(',') + 1)));
    }

    private static Map<String, Long> put(LocalEndpoint endpoint) {
        Map<String, Long> expected = new TreeMap<>();
        List<PutEntry> entries = new ArrayList<>();
        for (int i = 0; i < VISITS; i++) {
            String key = "page-" + i % 20;
            long time = BASE + i * 5L;
            entries.add(entry(key, time));
            expected.merge(key + " " + Instant.ofEpochMilli(time - Math.floorMod(time, WINDOW_MILLIS)), 1L, Long::sum);
        }
        for (int i = 0; i < VISITS; i += 500) {
            var unused = endpoint.kinesis().put(STREAM, entries.subList(i, i + 500));
        }
        return expected;
    }

    /** All windows that count are closed by these. */
    private static void end(LocalEndpoint endpoint) {
        for (int i = 0; i < 20; i++) {
            var unused = endpoint.kinesis().put(STREAM, List.of(entry("page-" + i, BASE + 1_000_000_000L)));
        }
    }

    private static PutEntry entry(String key, long time) {
        return PutEntry.of(key, (key + "," + time).getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, Long> rows(AwsData data) {
        Map<String, Long> rows = new TreeMap<>();
        data.rows(TABLE).forEach(row -> rows.put(row.get("key") + " " + row.get("start"), (Long) row.get("count")));
        return rows;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whileASinkIsDown_thenReadingStops_andAfterItNothingIsLostOrDoubled(boolean inOneStage) throws Exception {
        Plan plan = Plan.of(pipeline(inOneStage));
        try (LocalEndpoint endpoint =
                        LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0));
                TableOutage outage = new TableOutage(endpoint.uri(), TABLE);
                AwsClients clients = AwsAddress.local(outage.uri()).clients();
                AwsData data = AwsData.at(endpoint.uri())) {
            var unused = PipelineResources.create(clients, plan, SHARDS);
            Map<String, Long> expected = put(endpoint);
            outage.begin();
            try (Runner runner = Runner.start(
                    plan, name -> SourceStream.of(endpoint.kinesis(), name), clients, RunnerSettings.defaults())) {
                await().atMost(PATIENCE).until(() -> readsNoMore(runner, outage));
                long read = runner.progress().records();
                // A stage behind another closes no window before it has heard of all shards: until then there is
                // nothing to send.
                long most = inOneStage ? SHARDS * (RunnerSettings.MOST_UNCOMMITTED + 1_000L) : VISITS - 1;
                assertThat(read).isPositive().isLessThanOrEqualTo(most);
                assertThat(rows(data)).isEmpty();

                outage.end();
                end(endpoint);
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(rows(data)).isEqualTo(expected));
                assertThat(outage.refused()).isGreaterThan(MANY_REFUSALS);
            }
        }
    }

    /** Whether nothing was read while many writes were refused. */
    private static boolean readsNoMore(Runner runner, TableOutage outage) {
        int refused = outage.refused();
        long read = runner.progress().records();
        await().atMost(PATIENCE).until(() -> outage.refused() > refused + MANY_REFUSALS);
        return read > 0 && runner.progress().records() == read;
    }
}
