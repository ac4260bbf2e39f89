package dev.millrace.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.Aggregations;
import dev.millrace.Emission;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.PipelineDefinition;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import dev.millrace.local.aws.AwsAddress;
import dev.millrace.local.aws.AwsClients;
import dev.millrace.local.aws.PipelineResources;
import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.kinesis.PutEntry;
import dev.millrace.local.runner.RunnerSettings;
import dev.millrace.local.runner.RunningPipeline;
import dev.millrace.local.testing.AwsData;
import dev.millrace.plan.Plan;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * History goes into a table that a pipeline writes, and a corrected version takes over from the one before. That counts each
 * record twice, by mistake; the corrected one counts it once.
 */
class BackfillTest {
    private static final String TABLE = "orders-by-minute";
    private static final Instant START = Instant.parse("2024-01-01T10:00:00Z");
    private static final Instant SWITCH = minute(3);
    private static final RunnerSettings SETTINGS = RunnerSettings.defaults().withIdleTimeout(Duration.ofHours(1));

    private LocalEndpoint endpoint;
    private AwsClients clients;
    private AwsData data;

    private static Instant minute(int number) {
        return START.plusSeconds(60L * number);
    }

    private static Pipeline counting(PipelineBuilder pipeline, int times) {
        pipeline.from("orders", Codecs.string(), EventTime.extracted(Instant::parse, Duration.ZERO))
                .flatMap(text -> List.of(text, text).subList(0, times))
                .keyBy(text -> "all")
                .named("by-minute")
                .window(Windows.tumbling(Duration.ofMinutes(1)))
                .aggregate(Aggregations.count())
                .named("counts")
                .emit(Emission.onUpdate())
                .toTable(
                        TABLE,
                        row -> row.key("key", Result::key)
                                .sortKey("start", result -> result.window().start())
                                .attribute("count", Result::value)
                                .attribute("final", Result::isFinal));
        return pipeline.build();
    }

    /** As it is in use. */
    public static final class Mistaken implements PipelineDefinition {
        @Override
        public Pipeline define() {
            return counting(Pipeline.named("orders"), 2);
        }
    }

    /** As it should have been. */
    public static final class Corrected implements PipelineDefinition {
        @Override
        public Pipeline define() {
            return counting(Pipeline.named("orders"), 1);
        }
    }

    /** The corrected version beside the one in use. */
    public static final class Successor implements PipelineDefinition {
        @Override
        public Pipeline define() {
            return counting(Pipeline.named("orders-2").epoch(2).rowsFrom(SWITCH), 1);
        }
    }

    /** Cannot fill in history. */
    public static final class Running implements PipelineDefinition {
        @Override
        public Pipeline define() {
            PipelineBuilder pipeline = Pipeline.named("orders");
            pipeline.from("orders", Codecs.string(), EventTime.ingestion())
                    .keyBy(text -> "all")
                    .aggregate(Aggregations.count())
                    .named("totals")
                    .toTable(TABLE, row -> row.key("key", Result::key));
            return pipeline.build();
        }
    }

    @BeforeEach
    void start() {
        endpoint = LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0));
        clients = AwsAddress.local(endpoint.uri()).clients();
        data = AwsData.at(endpoint.uri());
        var unused = PipelineResources.create(clients, Plan.of(new Mistaken().define()), 1);
    }

    @AfterEach
    void stop() {
        data.close();
        clients.close();
        endpoint.close();
    }

    private RunningPipeline run(Pipeline pipeline) {
        Plan plan = Plan.of(pipeline);
        var unused = PipelineResources.create(clients, plan, 1);
        return RunningPipeline.at(AwsAddress.local(endpoint.uri()), plan, null, SETTINGS);
    }

    /** Four orders in each of some minutes. */
    private void putMinutes(int from, int until) {
        List<PutEntry> entries = new ArrayList<>();
        for (int minute = from; minute < until; minute++) {
            for (int i = 0; i < 4; i++) {
                String order = minute(minute).plusSeconds(i).toString();
                entries.add(PutEntry.of(order, order.getBytes(StandardCharsets.UTF_8)));
            }
        }
        var unused = endpoint.kinesis().put("orders", entries);
    }

    /** Each minute's row as count and epoch, and whether it is final. */
    private Map<Instant, String> rows() {
        Map<Instant, String> rows = new TreeMap<>();
        clients.dynamoDb().scan(request -> request.tableName(TABLE)).items().forEach(row -> {
            String version = attribute(row, "millrace_version").s();
            rows.put(
                    Instant.parse(attribute(row, "start").s()),
                    attribute(row, "count").n() + " of epoch "
                            + Long.parseLong(version.substring(0, version.indexOf('-')))
                            + (attribute(row, "final").bool() ? "" : ", open"));
        });
        return rows;
    }

    private static AttributeValue attribute(Map<String, AttributeValue> row, String name) {
        return Objects.requireNonNull(row.get(name));
    }

    private void awaitRows(Map<Instant, String> rows) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(rows()).isEqualTo(rows));
    }

    private void replay(Class<?> pipeline, String... options) {
        CommandRun replay = new CommandRun(Map.of());
        List<String> args = new ArrayList<>(List.of(
                "replay",
                pipeline.getName(),
                "--from=kinesis:orders",
                "--endpoint=" + endpoint.uri(),
                "--tables-at=" + endpoint.uri()));
        args.addAll(List.of(options));
        assertThat(replay.execute(args.toArray(String[]::new))).as(replay.err()).isZero();
    }

    @Test
    void whenHistoryIsFilledIn_thenItsRowsStand_andTheRestIsLeftToThePipelineThatRuns() {
        putMinutes(0, 5);
        try (RunningPipeline live = run(new Mistaken().define())) {
            Map<Instant, String> before = new TreeMap<>(Map.of(
                    minute(0), "8 of epoch 1",
                    minute(1), "8 of epoch 1",
                    minute(2), "8 of epoch 1",
                    minute(3), "8 of epoch 1",
                    minute(4), "8 of epoch 1, open"));
            awaitRows(before);

            replay(Corrected.class, "--epoch=2", "--windows-from=" + minute(1), "--windows-until=" + SWITCH);

            Map<Instant, String> after = new TreeMap<>(before);
            after.put(minute(1), "4 of epoch 2");
            after.put(minute(2), "4 of epoch 2");
            assertThat(rows()).isEqualTo(after);

            putMinutes(5, 7);
            after.put(minute(4), "8 of epoch 1");
            after.put(minute(5), "8 of epoch 1");
            after.put(minute(6), "8 of epoch 1, open");
            awaitRows(after);
            assertThat(live.runner().heldUp()).isEmpty();
        }
    }

    /** Whatever writes the rows of a smaller epoch once more: a process that was held up, a log that was begun anew. */
    @Test
    void whenRowsOfASmallerEpochComeLater_thenTheyChangeNothing() {
        putMinutes(0, 5);
        replay(Corrected.class, "--epoch=2", "--windows-from=1970-01-01T00:00:00Z", "--windows-until=" + SWITCH);
        Map<Instant, String> rows = new TreeMap<>(Map.of(
                minute(0), "4 of epoch 2",
                minute(1), "4 of epoch 2",
                minute(2), "4 of epoch 2"));
        assertThat(rows()).isEqualTo(rows);

        try (RunningPipeline live = run(new Mistaken().define())) {
            rows.put(minute(3), "8 of epoch 1");
            rows.put(minute(4), "8 of epoch 1, open");
            awaitRows(rows);
            assertThat(live.runner().heldUp()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whenANewVersionRunsBesideTheOld_thenItsRowsStandFromTheSwitchOn(boolean isSuccessorFirst) {
        putMinutes(0, 2);
        Pipeline first = isSuccessorFirst ? new Successor().define() : new Mistaken().define();
        Pipeline second = isSuccessorFirst ? new Mistaken().define() : new Successor().define();
        try (RunningPipeline one = run(first)) {
            putMinutes(2, 4);
            try (RunningPipeline other = run(second)) {
                putMinutes(4, 6);
                Map<Instant, String> rows = new TreeMap<>(Map.of(
                        minute(0), "8 of epoch 1",
                        minute(1), "8 of epoch 1",
                        minute(2), "8 of epoch 1",
                        minute(3), "4 of epoch 2",
                        minute(4), "4 of epoch 2",
                        minute(5), "4 of epoch 2, open"));
                awaitRows(rows);

                replay(
                        Successor.class,
                        "--epoch=3",
                        "--windows-from=1970-01-01T00:00:00Z",
                        "--windows-until=" + SWITCH);

                for (int i = 0; i < 3; i++) {
                    rows.put(minute(i), "4 of epoch 3");
                }
                assertThat(rows()).isEqualTo(rows);
                assertThat(one.runner().heldUp()).isEmpty();
                assertThat(other.runner().heldUp()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--epoch=2|--epoch is for rows in tables that are in use: it needs --tables-at",
                "--windows-from=2026-01-01T00:00:00Z|--windows-from is for rows",
                "--tables-at=http://127.0.0.1:1|--tables-at needs --epoch, --windows-from and --windows-until",
                "--tables-at=http://127.0.0.1:1 --epoch=1 --windows-from=2020-01-01T00:00:00Z --windows-until=2026-01-01T00:00:00Z|must be larger than the pipeline's, 1",
                "--tables-at=http://127.0.0.1:1 --epoch=2 --windows-from=2020-01-01T00:00:00Z --windows-until=2999-01-01T00:00:00Z|may still change where the pipeline runs",
                "--tables-at=http://127.0.0.1:1 --epoch=2 --windows-from=2020-01-01T00:00:00Z --windows-until=noon|is no time",
                "--tables-at=http://127.0.0.1:1 --epoch=2 --windows-from=2020-01-01T00:00:00Z --windows-until=2026-01-01T00:00:00Z --print-results|rows of others are there",
            })
    void optionsThatDoNotGoTogether_areWrongUsage(String options, String why) {
        CommandRun replay = new CommandRun(Map.of());
        List<String> args = new ArrayList<>(List.of("replay", Corrected.class.getName(), "--from=kinesis:orders"));
        args.addAll(List.of(options.split(" ")));

        assertThat(replay.execute(args.toArray(String[]::new))).isEqualTo(2);
        assertThat(replay.err()).contains(why);
    }

    @Test
    void tablesThatAreNotThere_andPipelinesThatCannot_areRefused() {
        String from = "--windows-from=1970-01-01T00:00:00Z";
        String until = "--windows-until=" + SWITCH;
        String tables = "--tables-at=" + endpoint.uri();
        CommandRun running = new CommandRun(Map.of());
        assertThat(running.execute(
                        "replay", Running.class.getName(), "--from=kinesis:orders", tables, "--epoch=2", from, until))
                .isEqualTo(1);
        assertThat(running.err()).contains("operator 'totals' is a running aggregation");

        clients.dynamoDb().deleteTable(request -> request.tableName(TABLE));
        CommandRun missing = new CommandRun(Map.of());
        assertThat(missing.execute(
                        "replay",
                        Corrected.class.getName(),
                        "--from=kinesis:orders",
                        "--endpoint=" + endpoint.uri(),
                        tables,
                        "--epoch=2",
                        from,
                        until))
                .isEqualTo(1);
        assertThat(missing.err()).contains("there is no table '" + TABLE + "' at " + endpoint.uri());
    }
}
