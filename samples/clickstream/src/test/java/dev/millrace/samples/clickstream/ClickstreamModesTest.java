package dev.millrace.samples.clickstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.local.dev.DevOptions;
import dev.millrace.local.dev.DevRuntime;
import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamRecord;
import dev.millrace.local.mapping.MappingSettings;
import dev.millrace.local.runner.Guarantee;
import dev.millrace.local.runner.PipelineInput;
import dev.millrace.local.runner.RunnerSettings;
import dev.millrace.local.runner.RunningPipeline;
import dev.millrace.local.source.ShardRead;
import dev.millrace.local.source.Source;
import dev.millrace.local.source.SourceSettings;
import dev.millrace.local.source.SourceShard;
import dev.millrace.local.source.SourceSpec;
import dev.millrace.local.source.SourceStream;
import dev.millrace.local.testing.AwsData;
import dev.millrace.plan.Plan;
import dev.millrace.samples.FinishedCommand;
import dev.millrace.samples.RunProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** The sample record at a time: killed and ended at any moment, and compared with micro-batches. */
class ClickstreamModesTest {
    private static final int CLICKS = 20_000;
    /** What modes are compared on; {@code -Dmillrace.modes.records=2000000} takes more, and minutes. */
    private static final int COMPARED = Integer.getInteger("millrace.modes.records", CLICKS);

    /** Each commit writes rows of windows that are open: of many clicks, that would be most of the time. */
    private static final boolean FEW_COMMITS = COMPARED > CLICKS;

    private static final RunnerSettings RUNNER = FEW_COMMITS
            ? RunnerSettings.defaults().withCommitInterval(Duration.ofSeconds(10))
            : RunnerSettings.defaults();
    private static final Duration PATIENCE = ClickResults.patience(COMPARED);
    private static final int SHARDS = 2;
    private static final LocalEndpointOptions IN_MEMORY =
            LocalEndpointOptions.defaults().withPort(0);
    private static final SourceSettings SETTINGS =
            new SourceSettings(SHARDS, null, null, InputStream.nullInputStream(), Clock.systemUTC());

    @TempDir
    private Path directory;

    private Path file(int clicks, long seed) throws IOException {
        return Files.write(
                directory.resolve("clicks.jsonl"),
                Clicks.make(clicks, seed).stream().map(Clicks.Put::line).toList());
    }

    private static SourceSpec source(Path file) {
        return SourceSpec.parse("file:" + file);
    }

    /** The lines of a file as they are dealt to shards. */
    private static Map<String, List<StreamRecord>> deal(Path file) throws InterruptedException {
        Map<String, List<StreamRecord>> dealt = new LinkedHashMap<>();
        try (Source source = ((SourceSpec.Openable) source(file)).open(SETTINGS)) {
            SourceStream stream = source.stream();
            for (SourceShard shard : stream.shards()) {
                List<StreamRecord> records = new ArrayList<>();
                String iterator = stream.iterator(shard.shardId(), new StartingPosition.TrimHorizon());
                while (iterator != null) {
                    ShardRead read = stream.read(iterator, 1_000, Duration.ZERO);
                    records.addAll(read.records());
                    iterator = read.nextIterator();
                }
                dealt.put(shard.shardId(), records);
            }
        }
        return dealt;
    }

    /** A naive count of a whole file. */
    private static ClickModel modelOf(Path file) throws InterruptedException {
        ClickModel model = new ClickModel();
        deal(file)
                .forEach((shard, clicks) -> clicks.forEach(click -> model.take(
                        shard,
                        click.sequenceNumber(),
                        StandardCharsets.UTF_8.decode(click.data().duplicate()).toString(),
                        click.approximateArrival())));
        return model;
    }

    /** Compares what has come of a whole file with a naive count. */
    private static void assertExactAtTheEnd(Path file, AwsData clients) throws Exception {
        ClickModel model = modelOf(file);
        assertThat(ClickResults.rows(clients)).isEqualTo(model.finalRows());
        assertThat(ClickResults.deadLetters(clients)).isEqualTo(model.deadLetters());
        assertThat(model.deadLetters().values()).contains("late", "undecodable", "no-event-time");
    }

    /** How many are counted, whether or not for good. */
    private static long views(AwsData clients) {
        return clients.rows("page-views").stream()
                .mapToLong(row -> (Long) row.get("views"))
                .sum();
    }

    private enum End {
        KILL,
        TERMINATE
    }

    @Test
    void whenRunIsKilledAndToldToEndAtAnyMoment_thenNothingIsLostOrDoubled() throws Exception {
        Path file = file(CLICKS, 4);
        Path data = directory.resolve("data");
        Random random = new Random(5);
        for (End end : List.of(End.KILL, End.KILL, End.TERMINATE, End.KILL, End.KILL)) {
            try (RunProcess run = RunProcess.start("clickstream", file, data);
                    AwsData clients = AwsData.at(run.endpoint())) {
                long enough = views(clients) + 1 + random.nextInt(CLICKS / 10);
                await().atMost(Duration.ofSeconds(30))
                        .pollInterval(Duration.ofMillis(100))
                        .until(() -> views(clients) >= enough);
                assertThat(run.isAlive()).isTrue();
                if (end == End.KILL) {
                    run.kill();
                } else {
                    assertThat(run.terminate(Duration.ofSeconds(10))).isZero();
                }
            }
        }
        var unused = ofRun(file, IN_MEMORY.withDataDirectory(data));
    }

    @ParameterizedTest
    @EnumSource(
            value = Guarantee.class,
            names = {"AT_LEAST_ONCE", "AT_MOST_ONCE"})
    void whenRunIsKilled_thenNothingIsLostAtLeastOnce_andNothingCountsTwiceAtMostOnce(Guarantee guarantee)
            throws Exception {
        Path file = file(CLICKS, 11);
        Path data = directory.resolve("data");
        Random random = new Random(12);
        for (int i = 0; i < 2; i++) {
            try (RunProcess run = RunProcess.start(
                            "clickstream", file, data, "--guarantee=" + guarantee, "--commit-interval=200ms");
                    AwsData clients = AwsData.at(run.endpoint())) {
                long enough = views(clients) + 1 + random.nextInt(CLICKS / 10);
                await().atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(100))
                        .until(() -> views(clients) >= enough);
                run.kill();
            }
        }
        Map<String, Long> exact = views(modelOf(file).finalRows());
        Map<String, Long> counted = ofRun(file, data, guarantee);
        if (guarantee == Guarantee.AT_LEAST_ONCE) {
            assertThat(counted.keySet()).isEqualTo(exact.keySet());
            assertThat(counted).allSatisfy((row, views) -> assertThat(views).isGreaterThanOrEqualTo(exact.get(row)));
        } else {
            assertThat(exact.keySet()).containsAll(counted.keySet());
            assertThat(counted).allSatisfy((row, views) -> assertThat(views).isLessThanOrEqualTo(exact.get(row)));
        }
    }

    /** Lets it run to its end, in this process. */
    private static Map<String, Long> ofRun(Path file, Path data, Guarantee guarantee) throws Exception {
        Plan plan = Plan.of(new Clickstream().define());
        try (RunningPipeline run = RunningPipeline.start(
                plan,
                PipelineInput.of(source(file), plan, SETTINGS),
                SHARDS,
                IN_MEMORY.withDataDirectory(data),
                RUNNER.withGuarantee(guarantee))) {
            assertThat(run.runner().awaitEnd(PATIENCE.toMillis())).isTrue();
            return views(ClickResults.rows(new AwsData(run.clients())));
        }
    }

    /** How many, of rows as {@link ClickResults#rows} has them. */
    private static Map<String, Long> views(Map<String, String> rows) {
        Map<String, Long> views = new TreeMap<>();
        rows.forEach((row, text) -> views.put(row, Long.valueOf(text.split(" ", -1)[1])));
        return views;
    }

    @Test
    void whateverTheMode_rowsAreTheSame() throws Exception {
        Path file = file(COMPARED, 7);
        Map<String, String> ofRun = ofRun(file, IN_MEMORY);
        assertThat(ofReplay(file)).isEqualTo(ofRun);
        // Longer than the test, so that only records move the watermark and every result can be foretold.
        Duration never = Duration.ofHours(1);
        DevOptions options = DevOptions.defaults()
                .withEndpoint(IN_MEMORY)
                .withShards(SHARDS)
                .withMapping(MappingSettings.defaults().withBatchSize(FEW_COMMITS ? 10_000 : 500))
                .withIdleTimeout(never);
        try (DevRuntime dev = DevRuntime.start(new Clickstream().define(), options)) {
            assertThat(ofDev(file, dev)).isEqualTo(ofRun);
        }
        try (DevRuntime dev = DevRuntime.startRecordAtATime(
                new Clickstream().define(), IN_MEMORY, SHARDS, RUNNER.withIdleTimeout(never))) {
            assertThat(ofDev(file, dev)).isEqualTo(ofRun);
        }
    }

    /** What has come of it at the end, which must be exact. */
    private static Map<String, String> ofRun(Path file, LocalEndpointOptions endpoint) throws Exception {
        Plan plan = Plan.of(new Clickstream().define());
        try (RunningPipeline run =
                RunningPipeline.start(plan, PipelineInput.of(source(file), plan, SETTINGS), SHARDS, endpoint, RUNNER)) {
            assertThat(run.runner().awaitEnd(PATIENCE.toMillis())).isTrue();
            AwsData clients = new AwsData(run.clients());
            assertExactAtTheEnd(file, clients);
            return withoutFinal(ClickResults.rows(clients));
        }
    }

    /** By the command, in a process of its own. */
    private Map<String, String> ofReplay(Path file) throws Exception {
        Path data = directory.resolve("replayed");
        List<String> command = List.of(
                "replay",
                "clickstream",
                "--from=" + file,
                "--data-dir=" + data,
                "--shards=" + SHARDS,
                "--commit-interval=" + RUNNER.commitInterval().toMillis() + "ms");
        FinishedCommand replay = FinishedCommand.run(directory, PATIENCE, command);
        assertThat(replay.exitCode()).as(replay.err()).isZero();
        try (LocalEndpoint endpoint = LocalEndpoint.start(IN_MEMORY.withDataDirectory(data));
                AwsData clients = AwsData.at(endpoint.uri())) {
            assertExactAtTheEnd(file, clients);
            return withoutFinal(ClickResults.rows(clients));
        }
    }

    private static Map<String, String> ofDev(Path file, DevRuntime dev) throws Exception {
        try (AwsData clients = AwsData.at(dev.endpoint())) {
            for (List<StreamRecord> shard : deal(file).values()) {
                var unused = clients.put(
                        "clicks",
                        shard.stream()
                                .map(click -> PutRecordsRequestEntry.builder()
                                        .partitionKey(click.partitionKey())
                                        .data(SdkBytes.fromByteBuffer(click.data()))
                                        .build())
                                .toList());
            }
            ClickResults.assertExact(clients, COMPARED);
            return withoutFinal(ClickResults.rows(clients));
        }
    }

    /** At the end of a source all windows are closed; where there is none, the last are open. */
    private static Map<String, String> withoutFinal(Map<String, String> rows) {
        Map<String, String> without = new TreeMap<>(rows);
        without.replaceAll((key, row) -> row.substring(0, row.lastIndexOf(' ')));
        return without;
    }
}
