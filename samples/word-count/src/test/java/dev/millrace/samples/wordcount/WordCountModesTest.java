package dev.millrace.samples.wordcount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.local.dev.DevOptions;
import dev.millrace.local.dev.DevRuntime;
import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.mapping.MappingSettings;
import dev.millrace.local.runner.PipelineInput;
import dev.millrace.local.runner.RunnerSettings;
import dev.millrace.local.runner.RunningPipeline;
import dev.millrace.local.source.SourceSettings;
import dev.millrace.local.source.SourceSpec;
import dev.millrace.local.testing.AwsData;
import dev.millrace.plan.Plan;
import dev.millrace.samples.FinishedCommand;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** The same lines in micro-batches, record at a time from a stream and from a file, and replayed: the same counts. */
class WordCountModesTest {
    private static final int BOOK_LINES = 20_000;
    /** What modes are compared on; {@code -Dmillrace.modes.records=2000000} takes more, and minutes. */
    private static final int LINES = Integer.getInteger("millrace.modes.records", BOOK_LINES);

    private static final Duration PATIENCE = WordCounts.patience(LINES);
    private static final int SHARDS = 2;
    private static final LocalEndpointOptions IN_MEMORY =
            LocalEndpointOptions.defaults().withPort(0);
    /** Long, so that each word's row is written less often. */
    private static final RunnerSettings SETTINGS =
            RunnerSettings.defaults().withCommitInterval(Duration.ofMillis(LINES > BOOK_LINES ? 10_000 : 500));

    private final List<String> lines = LINES > BOOK_LINES
            ? ofFewWords()
            : Book.lines(1_600_000, 9).stream()
                    .filter(line -> !line.isBlank())
                    .limit(LINES)
                    .toList();

    @TempDir
    private Path directory;

    /** Each commit writes the rows of all its words: with a book's, that would be most of the time. */
    private static List<String> ofFewWords() {
        Random random = new Random(9);
        return IntStream.range(0, LINES)
                .mapToObj(line ->
                        random.ints(8, 0, 500).mapToObj(word -> "w" + word).collect(Collectors.joining(" ")))
                .toList();
    }

    @Test
    void aFile_isCountedRecordAtATime() throws Exception {
        assertThat(lines).hasSize(LINES);
        Path file = Files.write(directory.resolve("book.txt"), lines);
        SourceSettings settings =
                new SourceSettings(SHARDS, null, null, InputStream.nullInputStream(), Clock.systemUTC());
        Plan plan = Plan.of(new WordCount().define());
        PipelineInput input = PipelineInput.of(SourceSpec.parse("file:" + file), plan, settings);
        try (RunningPipeline run = RunningPipeline.start(plan, input, SHARDS, IN_MEMORY, SETTINGS)) {
            assertThat(run.runner().awaitEnd(PATIENCE.toMillis())).isTrue();
            WordCounts.awaitCounts(new AwsData(run.clients()), lines);
        }
    }

    @Test
    void aFile_isReplayed() throws Exception {
        Path file = Files.write(directory.resolve("book.txt"), lines);
        Path data = directory.resolve("replayed");
        List<String> command = List.of(
                "replay",
                "word-count",
                "--from=" + file,
                "--data-dir=" + data,
                "--commit-interval=" + SETTINGS.commitInterval().toMillis() + "ms");
        FinishedCommand replay = FinishedCommand.run(directory, PATIENCE, command);
        assertThat(replay.exitCode()).as(replay.err()).isZero();
        try (LocalEndpoint endpoint = LocalEndpoint.start(IN_MEMORY.withDataDirectory(data));
                AwsData clients = AwsData.at(endpoint.uri())) {
            WordCounts.awaitCounts(clients, lines);
        }
    }

    @Test
    void aStream_isCountedRecordAtATime() {
        try (DevRuntime dev = DevRuntime.startRecordAtATime(new WordCount().define(), IN_MEMORY, SHARDS, SETTINGS)) {
            assertCounted(dev);
        }
    }

    @Test
    void aStream_isCountedInMicroBatches() {
        DevOptions options = DevOptions.defaults()
                .withEndpoint(IN_MEMORY)
                .withShards(SHARDS)
                .withMapping(MappingSettings.defaults()
                        .withBatchSize(LINES > BOOK_LINES ? 10_000 : 2_000)
                        .withBatchingWindow(Duration.ofMillis(500)));
        try (DevRuntime dev = DevRuntime.start(new WordCount().define(), options)) {
            assertCounted(dev);
        }
    }

    private void assertCounted(DevRuntime dev) {
        try (AwsData clients = AwsData.at(dev.endpoint())) {
            var unused = clients.put(
                    WordCounts.LINES,
                    lines.stream()
                            .map(line -> PutRecordsRequestEntry.builder()
                                    .partitionKey(Integer.toHexString(line.hashCode()))
                                    .data(SdkBytes.fromUtf8String(line))
                                    .build())
                            .toList());
            WordCounts.awaitCounts(clients, lines);
        }
    }
}
