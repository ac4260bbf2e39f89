package dev.millrace.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.kinesis.PutEntry;
import dev.millrace.local.testing.AwsData;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunCommandTest {
    private static final String TWO_STAGES = TestPipelines.TwoStages.class.getName();
    private static final String BY_MINUTE = TestPipelines.ByMinute.class.getName();
    private static final String WATCHED = TestPipelines.Watched.class.getName();

    @TempDir
    private Path directory;

    private CommandRun run = new CommandRun(Map.of());

    private int execute(String pipeline, String... args) {
        run = new CommandRun(Map.of());
        List<String> line = new ArrayList<>(List.of("run", pipeline, "--port", "0"));
        line.addAll(List.of(args));
        return run.execute(line.toArray(String[]::new));
    }

    private void refused(int exitCode, String why, String pipeline, String... args) {
        assertThat(execute(pipeline, args)).isEqualTo(exitCode);

        assertThat(run.err())
                .startsWith("millrace run: ")
                .contains(why)
                .doesNotContain("\tat ")
                .doesNotContain("Exception in")
                .doesNotContain("an error in Millrace itself");
        if (exitCode == 1) {
            assertThat(run.err().strip()).hasLineCount(1);
        }
    }

    private String file(String content) throws IOException {
        return Files.writeString(directory.resolve("lines.txt"), content).toString();
    }

    @Test
    void aFile_isProcessedToItsEnd_andItsResultsPrinted() throws IOException {
        String file = file(
                "a,2026-01-01T00:00:10Z\nb,2026-01-01T00:00:20Z\na,2026-01-01T00:02:00Z\na,2026-01-01T00:00:30Z\n");

        assertThat(execute(BY_MINUTE, "--source", "file:" + file, "--print-results"))
                .as(run.err())
                .isZero();

        assertThat(run.out().lines())
                .hasSize(4)
                .first()
                .asString()
                .matches("millrace ready endpoint=http://127\\.0\\.0\\.1:\\d+ pipeline=by-minute"
                        + " view=http://127\\.0\\.0\\.1:\\d+ source=file:" + file);
        assertThat(run.out().lines().skip(1))
                .containsExactly(
                        "{\"table\":\"minute-counts\",\"row\":{\"count\":1,\"key\":\"a\",\"start\":\"2026-01-01T00:02:00Z\"}}",
                        "{\"table\":\"minute-counts\",\"row\":{\"count\":1,\"key\":\"b\",\"start\":\"2026-01-01T00:00:00Z\"}}",
                        "{\"table\":\"minute-counts\",\"row\":{\"count\":2,\"key\":\"a\",\"start\":\"2026-01-01T00:00:00Z\"}}");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void aFileWithoutItsLastLineFeed_isProcessedWhole() throws IOException {
        assertThat(execute(TWO_STAGES, "--source", file("a\nb\na"), "--print-results"))
                .isZero();

        assertThat(run.out().lines().skip(1))
                .containsExactly(
                        "{\"table\":\"text-counts\",\"row\":{\"count\":1,\"text\":\"b\"}}",
                        "{\"table\":\"text-counts\",\"row\":{\"count\":2,\"text\":\"a\"}}");
    }

    @Test
    void withoutResults_itSaysThatItIsDone() throws IOException {
        assertThat(execute(TWO_STAGES, "--source", file("a\n"))).isZero();

        assertThat(run.out().lines().skip(1))
                .containsExactly("All that the source had is processed, and all windows are closed.");
    }

    @Test
    void madeRecords_areAsManyAsWereAskedFor() {
        String source = "rate:10000,count=500,template=t{n}";

        assertThat(execute(TWO_STAGES, "--source", source, "--print-results")).isZero();

        assertThat(run.out().lines()).hasSize(501);
        assertThat(run.out()).contains(" source=" + source + System.lineSeparator());
    }

    @Test
    void aFileThatCannotBeRead_isNamed() {
        refused(1, "there is no file 'no/such.txt' (in ", TWO_STAGES, "--source", "file:no/such.txt");
        refused(1, "'" + directory + "' is a directory", TWO_STAGES, "--source", directory.toString());
    }

    @Test
    void aPortInUse_isNamedWithAWayOut() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            run = new CommandRun(Map.of());

            assertThat(run.execute("run", TWO_STAGES, "--port", port)).isEqualTo(1);

            assertThat(run.err())
                    .contains("Port " + port + " on 127.0.0.1 cannot be used")
                    .contains("--port 0 picks a free one");
        }
    }

    @Test
    void aStreamThatCannotBeReached_isNamedWithItsEndpoint() {
        run = new CommandRun(Map.of());

        assertThat(run.execute("run", TWO_STAGES, "--source", "kinesis:texts", "--endpoint", "http://127.0.0.1:1"))
                .isEqualTo(1);

        assertThat(run.err()).contains("cannot reach http://127.0.0.1:1").doesNotContain("\tat ");
    }

    @ParameterizedTest
    @CsvSource({
        "--workers, 0, 'the number of workers is 0, and must be 1 or more'",
        "--commit-interval, 2m, 'the commit interval is 120000 ms, and must be 0 to 60000 ms'",
        "--commit-interval, soon, is no duration: write 200ms",
        "--tick-interval, 0s, must be at least a millisecond",
        "--shards, 0, '--shards is 0, and must be 1 to 1000'",
        "--source, rate:0, 'the rate is 0, and must be from 1 to 999999999'",
        "--source, tcp:localhost:9000, 'tcp:localhost:9000'' cannot be read again after a crash'",
        "--source, stdin, 'stdin'' cannot be read again after a crash'",
        "--source, -, put them into a stream with 'millrace put'",
        "--endpoint, http://127.0.0.1:1, --endpoint does not go with --source embedded",
        "--source, nowhere:5, which is no kind of source",
    })
    void anOptionThatMakesNoSense_isWrongUsage(String option, String value, String why) {
        refused(2, why, TWO_STAGES, option + "=" + value);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void aPortOutOfRange_isWrongUsage() {
        assertThat(run.execute("run", TWO_STAGES, "--port", "70000")).isEqualTo(2);

        assertThat(run.err()).contains("The port is 70000, but must be between 0 and 65535");
    }

    @Test
    void madeRecordsOfAPipelineWithoutAnExample_needATemplate() {
        refused(
                1,
                "source 'rate:5,count=2': the pipeline has no example, so it needs a template",
                TWO_STAGES,
                "--source",
                "rate:5,count=2");
    }

    @Test
    void aDataDirectoryOfAnotherSource_isRefused() throws IOException {
        String data = directory.resolve("data").toString();
        assertThat(execute(TWO_STAGES, "--source", file("a\n"), "--data-dir", data))
                .isZero();

        refused(
                1,
                "as it reads 'file:" + directory.resolve("lines.txt") + ", dealt to 2 shards by content', and positions"
                        + " there say nothing of 'rate:5,count=2,template=x, dealt to 2 shards by content'",
                TWO_STAGES,
                "--data-dir",
                data,
                "--source",
                "rate:5,count=2,template=x");
        refused(1, "say nothing of 'embedded'", TWO_STAGES, "--data-dir", data);
    }

    @Test
    void aFileThatIsNotTheOneThatWasRead_isRefused() throws IOException {
        String data = directory.resolve("data").toString();
        assertThat(execute(TWO_STAGES, "--source", file("a\nbb\nccc\n"), "--data-dir", data))
                .isZero();

        refused(
                1,
                "it is not the file that was read before",
                TWO_STAGES,
                "--source",
                file("dddddddddddddddddd\n"),
                "--data-dir",
                data);
    }

    @Test
    void aRecordThatCannotBeProcessed_endsIt_andIsNamedWithAWayOut() throws IOException {
        refused(
                1,
                "the line of " + directory.resolve("lines.txt") + " that begins with byte 6 cannot be processed: ",
                WATCHED,
                "--source",
                file("good\nbad\ngood\n"),
                "--shards",
                "1");

        assertThat(run.err())
                .contains("a bad text")
                .contains("mend the record or the code, or choose another policy with onError(...)");
    }

    @Test
    void whenItIsToldToEnd_thenWhatWasAppliedIsCommitted() throws Exception {
        String source = "rate:1,start=1970-01-01T00:00:00Z,count=1000000000,template=same";
        Path data = directory.resolve("data");
        TestPipelines.Watched.APPLIED.set(0);
        CompletableFuture<Integer> command = CompletableFuture.supplyAsync(() -> execute(
                WATCHED,
                "--source",
                source,
                "--shards",
                "1",
                "--commit-interval",
                "1m",
                "--data-dir",
                data.toString()));
        await().atMost(60, TimeUnit.SECONDS).until(() -> TestPipelines.Watched.APPLIED.get() >= 1);

        BooleanSupplier end = run.onSignal().poll(60, TimeUnit.SECONDS);
        assertThat(end).isNotNull();
        assertThat(end.getAsBoolean()).isTrue();

        assertThat(counts(data)).isEqualTo(Map.of("same", (long) TestPipelines.Watched.APPLIED.get()));
        assertThat(command).isNotDone();
        command.cancel(false);
    }

    private static Map<String, Long> counts(Path data) {
        try (LocalEndpoint endpoint = LocalEndpoint.start(
                        LocalEndpointOptions.defaults().withPort(0).withDataDirectory(data));
                AwsData clients = AwsData.at(endpoint.uri())) {
            return clients.rows("text-counts").stream()
                    .collect(Collectors.toMap(row -> (String) row.get("text"), row -> (Long) row.get("count")));
        }
    }

    /** As one runs a pipeline in a container, where its streams and tables are those of an account. */
    @ParameterizedTest
    @ValueSource(strings = {"", "--consumer=texts-reader"})
    void aPipelineRunsOnStreamsAndTablesThatAreElsewhere(String how) throws InterruptedException {
        try (LocalEndpoint endpoint =
                LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0))) {
            String[] args = {
                "run",
                TestPipelines.TwoStages.class.getName(),
                "--source",
                "kinesis:texts",
                "--endpoint",
                endpoint.uri().toString()
            };
            CommandRun refused = new CommandRun(Map.of());
            assertThat(refused.execute(args)).isEqualTo(1);
            assertThat(refused.err())
                    .contains("there is no")
                    .contains("table 'two-stages-state'")
                    .contains("--create");

            endpoint.kinesis().createStream("texts", 2, false, Map.of());
            CommandRun created = new CommandRun(Map.of());
            List<String> withCreate = new ArrayList<>(List.of(args));
            withCreate.add("--create");
            if (!how.isEmpty()) {
                withCreate.add(how);
            }
            CompletableFuture<Integer> running =
                    CompletableFuture.supplyAsync(() -> created.execute(withCreate.toArray(String[]::new)));
            BooleanSupplier end = created.onSignal().poll(60, TimeUnit.SECONDS);
            assertThat(end).as(created.err()).isNotNull();
            var unused =
                    endpoint.kinesis().put("texts", List.of(PutEntry.of("k", "a".getBytes(StandardCharsets.UTF_8))));
            try (AwsData data = AwsData.at(endpoint.uri())) {
                await().atMost(60, TimeUnit.SECONDS)
                        .untilAsserted(() ->
                                assertThat(data.rows("text-counts")).containsExactly(Map.of("text", "a", "count", 1L)));
            }
            assertThat(end.getAsBoolean()).isTrue();
            running.cancel(false);
        }
    }
}
