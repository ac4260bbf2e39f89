package dev.millrace.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.PipelineDefinition;
import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
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
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DevCommandTest {
    private static final String COUNTING = TestPipelines.Counting.class.getName();
    private static final String HANDLER = "dev/millrace/lambda/KinesisHandler.class";

    private final CommandRun run = new CommandRun(Map.of());

    private void refused(int exitCode, String why, String... args) {
        String[] line = new String[args.length + 1];
        line[0] = "dev";
        System.arraycopy(args, 0, line, 1, args.length);

        assertThat(run.execute(line)).isEqualTo(exitCode);

        assertThat(run.err())
                .startsWith("millrace dev: ")
                .contains(why)
                .doesNotContain("\tat ")
                .doesNotContain("Exception in")
                .doesNotContain("an error in Millrace itself")
                .doesNotContain("\n\n");
        if (exitCode == 1) {
            assertThat(run.err().strip()).hasLineCount(1);
        }
        assertThat(run.out()).isEmpty();
        assertThat(run.atEnd()).isEmpty();
    }

    @Test
    void aPortInUse_isNamedWithAWayOut() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());

            refused(1, "Port " + port + " on 127.0.0.1 cannot be used", COUNTING, "--port", port);

            assertThat(run.err()).contains("--port 0 picks a free one");
        }
    }

    @Test
    void aDataDirectoryInUse_isNamedWithAWayOut(@TempDir Path directory) {
        try (LocalEndpoint other =
                LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0).withDataDirectory(directory))) {
            assertThat(other.port()).isPositive();

            refused(
                    1,
                    "The data directory " + directory + " is in use by another millrace",
                    COUNTING,
                    "--port",
                    "0",
                    "--data-dir",
                    directory.toString());
        }
    }

    @Test
    void aDataDirectoryThatIsAFile_isNamed(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");

        refused(1, file.toString(), COUNTING, "--port", "0", "--data-dir", file.toString());
    }

    @Test
    void mappingsThatCannotBeWritten_areNamed(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("mappings"), "");

        refused(1, file.toString(), COUNTING, "--port", "0", "--data-dir", directory.toString());
    }

    @Test
    void anUnknownPipeline_isAnsweredWithThoseThereAre(@TempDir Path classes) throws IOException {
        Path services = Files.createDirectories(classes.resolve("META-INF").resolve("services"));
        Files.writeString(services.resolve(PipelineDefinition.class.getName()), COUNTING);

        refused(
                1,
                "there is no pipeline 'nowhere'. There are: ",
                "nowhere",
                "--port",
                "0",
                "--classpath",
                classes.toString());

        assertThat(run.err()).containsPattern("There are: [^.]*\\bcounting\\b").contains("--classpath target/classes");
    }

    @ParameterizedTest
    @CsvSource({
        "com.example.Missing, is not on the class path",
        "dev.millrace.local.cli.TestPipelines$Abstract, is abstract",
        "dev.millrace.local.cli.TestPipelines$Throwing, threw in define(): java.lang.IllegalStateException: no idea",
        "dev.millrace.local.cli.TestPipelines$ThrowingInConstructor, "
                + "threw in its constructor: java.lang.IllegalStateException: no luck",
        "dev.millrace.local.cli.TestPipelines$ThrowingInExample, "
                + "threw in example(): java.lang.IllegalStateException: no words",
        "dev.millrace.local.cli.TestPipelines$WithoutSink, has no sink",
        "java.lang.String, does not implement dev.millrace.PipelineDefinition"
    })
    void whatIsNoPipeline_isNamedWithTheReason(String pipeline, String why) {
        refused(1, why, pipeline, "--port", "0");
    }

    @ParameterizedTest
    @CsvSource({
        "--tick-interval, soon, is no duration: write 200ms",
        "--batching-window, 10, is no duration: write 200ms",
        "--batching-window, 301s, must be 0 to 300 seconds",
        "--tick-interval, 0s, must be at least a millisecond",
        "--batch-size, 0, the batch size is 0",
        "--batch-size, 10001, must be 1 to 10000",
        "--batch-size, many, many",
        "--shards, 0, '--shards is 0, and must be 1 to 1000'",
        "--shards, 1001, must be 1 to 1000",
        "--memory, 512, '--memory is for functions in processes of their own: it needs --packaged'",
        "--timeout, 10s, it needs --packaged",
        "--mode, continuous, is no mode: write micro-batch or record-at-a-time",
        "--workers, 3, '--workers is for another mode: it needs --mode record-at-a-time'",
        "--commit-interval, 1s, '--commit-interval is for another mode: it needs --mode record-at-a-time'",
    })
    void anOptionThatMakesNoSense_isWrongUsage(String option, String value, String why) {
        refused(2, why, COUNTING, "--port=0", option + "=" + value);
    }

    @ParameterizedTest
    @CsvSource({
        "--batch-size, 100, '--batch-size is for batches, and --mode record-at-a-time has none: leave one of them out'",
        "--batching-window, 1s, --batching-window is for batches",
        "--packaged, some.jar, --packaged is for batches",
        "--workers, 0, the number of workers is 0",
        "--commit-interval, 61s, the commit interval is 61000 ms",
        "--shards, 0, --shards is 0",
    })
    void anOptionThatMakesNoSenseRecordAtATime_isWrongUsage(String option, String value, String why) {
        refused(2, why, COUNTING, "--port=0", "--mode=record-at-a-time", option + "=" + value);
    }

    @ParameterizedTest
    @CsvSource({
        "--memory, 127, the memory is 127 MB",
        "--timeout, 901s, must be 1 to 900 seconds",
        "--classpath, target/classes, --classpath and --packaged exclude each other",
    })
    void anOptionThatMakesNoSenseWithAPackagedJar_isWrongUsage(String option, String value, String why) {
        refused(2, why, "--packaged=some.jar", option + "=" + value);
    }

    @Test
    void aPackagedJarThatCannotRun_isNamedWithTheReason(@TempDir Path directory) throws IOException {
        refused(1, "there is no 'no/such.jar': give the jar that would be deployed", "--packaged", "no/such.jar");
        String text = Files.writeString(directory.resolve("text.jar"), "text").toString();
        refusedPackaged("'" + text + "' is not a jar", text);
        String plain = jar(directory.resolve("plain.jar"), "A.class", "").toString();
        refusedPackaged("does not have dev.millrace.lambda.KinesisHandler", plain);
        String empty = jar(directory.resolve("empty.jar"), HANDLER, "").toString();
        refusedPackaged("It lists none in META-INF/services/dev.millrace.PipelineDefinition", empty);
        refusedPackaged("there is no pipeline 'orders' in", empty, "orders");
        refusedPackaged("is not on the class path", empty, "com.example.Orders");
    }

    /** A run of its own: what {@link #refused} looks at is all that was printed. */
    private static void refusedPackaged(String why, String... args) {
        CommandRun another = new CommandRun(Map.of());
        List<String> line = new ArrayList<>(List.of("dev", "--packaged"));
        line.addAll(List.of(args));

        assertThat(another.execute(line.toArray(String[]::new))).isEqualTo(1);

        assertThat(another.err().strip())
                .startsWith("millrace dev: ")
                .contains(why)
                .hasLineCount(1);
    }

    private static Path jar(Path jar, String name, String content) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry(name));
            out.write(content.getBytes(StandardCharsets.UTF_8));
        }
        return jar;
    }

    @Test
    void aClassPathThatDoesNotExist_isNamed() {
        refused(1, "there is no 'no/such.jar', which --classpath names", COUNTING, "--classpath", "no/such.jar");
    }

    @Test
    void aPipelineThatStarts_saysSoAndRunsUntilTheEnd() throws Exception {
        CompletableFuture<Integer> command =
                CompletableFuture.supplyAsync(() -> run.execute("dev", COUNTING, "--port", "0", "--shards", "1"));

        Runnable end = run.atEnd().poll(60, TimeUnit.SECONDS);
        assertThat(end).isNotNull();
        assertThat(run.out())
                .matches("(?s)millrace ready endpoint=http://127\\.0\\.0\\.1:[1-9]\\d* pipeline=counting stream=events"
                        + " table=event-counts dead-letters=- view=http://127\\.0\\.0\\.1:[1-9]\\d*\\R.*")
                .contains("--stream-name events")
                .contains("aws dynamodb scan --table-name event-counts");
        assertThat(command).isNotDone();
        end.run();

        assertThat(command.get(30, TimeUnit.SECONDS)).isZero();
        assertThat(run.err()).isEmpty();
    }
}
