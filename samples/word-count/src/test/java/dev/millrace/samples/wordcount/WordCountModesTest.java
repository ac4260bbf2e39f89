package dev.millrace.samples.wordcount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.local.dev.DevOptions;
import dev.millrace.local.dev.DevRuntime;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.mapping.MappingSettings;
import dev.millrace.local.runner.PipelineInput;
import dev.millrace.local.runner.RunnerSettings;
import dev.millrace.local.runner.RunningPipeline;
import dev.millrace.local.source.SourceSettings;
import dev.millrace.local.source.SourceSpec;
import dev.millrace.local.testing.AwsData;
import dev.millrace.plan.Plan;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** The same lines in micro-batches, record at a time from a stream, and record at a time from a file: the same counts. */
class WordCountModesTest {
    private static final int LINES = 20_000;
    private static final int SHARDS = 2;
    private static final LocalEndpointOptions IN_MEMORY =
            LocalEndpointOptions.defaults().withPort(0);
    /** Long, so that each word's row is written less often. */
    private static final RunnerSettings SETTINGS = RunnerSettings.defaults().withCommitInterval(Duration.ofMillis(500));

    private final List<String> lines = Book.lines(1_600_000, 9).stream()
            .filter(line -> !line.isBlank())
            .limit(LINES)
            .toList();

    @Test
    void aFile_isCountedRecordAtATime(@TempDir Path directory) throws Exception {
        assertThat(lines).hasSize(LINES);
        Path file = Files.write(directory.resolve("book.txt"), lines);
        SourceSettings settings =
                new SourceSettings(SHARDS, null, null, InputStream.nullInputStream(), Clock.systemUTC());
        Plan plan = Plan.of(new WordCount().define());
        PipelineInput input = PipelineInput.of(SourceSpec.parse("file:" + file), plan, settings);
        try (RunningPipeline run = RunningPipeline.start(plan, input, SHARDS, IN_MEMORY, SETTINGS)) {
            assertThat(run.runner().awaitEnd(Duration.ofMinutes(1).toMillis())).isTrue();
            WordCounts.awaitCounts(new AwsData(run.clients()), lines);
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
                .withMapping(
                        MappingSettings.defaults().withBatchSize(2_000).withBatchingWindow(Duration.ofMillis(500)));
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
