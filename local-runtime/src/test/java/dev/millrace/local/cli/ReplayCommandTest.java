package dev.millrace.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.kinesis.PutEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code millrace replay}, as a person calls it. */
class ReplayCommandTest {
    private static final String COUNTING = TestPipelines.Counting.class.getName();
    private static final List<String> LINES = List.of(
            "a,2026-01-01T10:00:00Z", "b,2026-01-01T10:00:10Z", "a,2026-01-01T10:00:20Z", "a,2026-01-01T10:01:00Z");
    private static final List<String> COUNTS = List.of(
            "{\"table\":\"event-counts\",\"row\":{\"count\":1,\"key\":\"a\",\"start\":\"2026-01-01T10:01:00Z\"}}",
            "{\"table\":\"event-counts\",\"row\":{\"count\":1,\"key\":\"b\",\"start\":\"2026-01-01T10:00:00Z\"}}",
            "{\"table\":\"event-counts\",\"row\":{\"count\":2,\"key\":\"a\",\"start\":\"2026-01-01T10:00:00Z\"}}");

    @TempDir
    private Path directory;

    private final CommandRun command = new CommandRun(Map.of());

    /** Lines whose partition key is what they are counted by. */
    private Path keyedFile() throws IOException {
        return Files.write(directory.resolve("texts.txt"), List.of("a", "b", "a"), StandardCharsets.UTF_8);
    }

    @Test
    void aFile_isReadToItsEnd_andWhatCameOfItPrinted() throws IOException {
        int exitCode = command.execute(
                "replay",
                TestPipelines.TwoStages.class.getName(),
                "--from",
                keyedFile().toString(),
                "--print-results");

        assertThat(exitCode).as(command.err()).isZero();
        assertThat(command.out().lines())
                .containsExactly(
                        "{\"table\":\"text-counts\",\"row\":{\"count\":1,\"text\":\"b\"}}",
                        "{\"table\":\"text-counts\",\"row\":{\"count\":2,\"text\":\"a\"}}");
        assertThat(command.err()).contains("Replayed 3 records").contains("all windows are closed");
    }

    @Test
    void resultsThatComeEverySoOften_areTheLastOnes_whenTheSourceHasEnded() throws IOException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 30_000; i++) {
            texts.add("text-" + i % 3_000);
        }
        Path file = Files.write(directory.resolve("many.txt"), texts);

        int exitCode = command.execute(
                "replay",
                TestPipelines.Hourly.class.getName(),
                "--from",
                file.toString(),
                "--commit-interval",
                "20ms",
                "--print-results");

        assertThat(exitCode).as(command.err()).isZero();
        assertThat(command.out().lines()).hasSize(3_000).allMatch(row -> row.contains("\"count\":10,"));
    }

    @Test
    void aStream_isReadUpToNow_andItsWindowsClose_whereverItIs() {
        try (LocalEndpoint endpoint =
                LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0))) {
            endpoint.kinesis().createStream("old-events", 3, false, Map.of());
            for (String line : LINES) {
                var unused = endpoint.kinesis()
                        .put(
                                "old-events",
                                List.of(PutEntry.of(line.substring(0, 1), line.getBytes(StandardCharsets.UTF_8))));
            }

            int exitCode = command.execute(
                    "replay",
                    COUNTING,
                    "--from",
                    "kinesis:old-events",
                    "--endpoint",
                    endpoint.uri().toString(),
                    "--print-results");

            assertThat(exitCode).as(command.err()).isZero();
            assertThat(command.out().lines()).containsExactlyElementsOf(COUNTS);
        }
    }

    @Test
    void whenItIsRunAgain_thenNothingIsCountedTwice() throws IOException {
        String[] args = {
            "replay",
            TestPipelines.TwoStages.class.getName(),
            "--from",
            keyedFile().toString(),
            "--data-dir",
            directory.resolve("data").toString(),
            "--print-results"
        };
        assertThat(command.execute(args)).as(command.err()).isZero();
        CommandRun again = new CommandRun(Map.of());

        assertThat(again.execute(args)).as(again.err()).isZero();
        assertThat(again.out()).isEqualTo(command.out());
        assertThat(again.err()).contains("Replayed 0 records");
    }

    @Test
    void aDataDirectoryOfAnotherSource_isRefused_withBothNamed() throws IOException {
        String data = directory.resolve("data").toString();
        String pipeline = TestPipelines.TwoStages.class.getName();
        assertThat(command.execute("replay", pipeline, "--from", keyedFile().toString(), "--data-dir", data))
                .isZero();
        Path other = Files.writeString(directory.resolve("other.txt"), "c\n");

        assertThat(command.execute("replay", pipeline, "--from", other.toString(), "--data-dir", data))
                .isEqualTo(1);
        assertThat(command.err())
                .contains("texts.txt")
                .contains("other.txt")
                .contains("give another directory with --data-dir");
    }

    @Test
    void aStreamThatIsNotThere_andAnEndpointThatIsNot_areNamed() {
        try (LocalEndpoint endpoint =
                LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0))) {
            assertThat(command.execute(
                            "replay",
                            COUNTING,
                            "--from",
                            "kinesis:nothing",
                            "--endpoint",
                            endpoint.uri().toString()))
                    .isEqualTo(1);
        }
        assertThat(command.err()).contains("nothing");
        assertThat(command.execute("replay", COUNTING, "--from", "kinesis:nothing", "--endpoint", "http://127.0.0.1:1"))
                .isEqualTo(1);
        assertThat(command.err()).contains("cannot reach http://127.0.0.1:1");
    }

    @ParameterizedTest
    @CsvSource({
        "rate:10, , , has no history",
        "stdin, , , has no history",
        "kinesis:s, yesterday, , is no time",
        "kinesis:s, 2026-01-02T00:00:00Z, 2026-01-01T00:00:00Z, --since must be before --until",
        "kinesis:s, , 2999-01-01T00:00:00Z, --until not in the future",
        "lines.txt, 2026-01-02T00:00:00Z, , which the lines of a file do not have"
    })
    void whatCannotBeReplayed_isWrongUsage(String from, String since, String until, String why) {
        List<String> args = new ArrayList<>(List.of("replay", COUNTING, "--from", from));
        if (since != null) {
            args.addAll(List.of("--since", since));
        }
        if (until != null) {
            args.addAll(List.of("--until", until));
        }

        assertThat(command.execute(args.toArray(String[]::new))).isEqualTo(2);
        assertThat(command.err()).contains(why);
    }

    @Test
    void aRecordThatMustNotBePassedOver_endsIt_andIsNamed() throws IOException {
        Path bad = Files.writeString(directory.resolve("bad.txt"), "no comma\n");

        assertThat(command.execute("replay", COUNTING, "--from", bad.toString()))
                .isEqualTo(1);
        assertThat(command.err())
                .contains("line")
                .contains("cannot be processed")
                .contains("onError");
    }
}
