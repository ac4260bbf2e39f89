package dev.millrace.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.local.testing.AwsData;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** {@code dev} in one mode and the other. */
class DevModeTest {
    private static final String WATCHED = TestPipelines.Watched.class.getName();

    /** What runs until {@link #end}, in a run of its own. */
    private record Started(CommandRun run, CompletableFuture<Integer> command, AwsData clients) {
        static Started start(String... args) throws InterruptedException {
            CommandRun another = new CommandRun(Map.of());
            CompletableFuture<Integer> command = CompletableFuture.supplyAsync(() -> another.execute(args));
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> command.isDone() || !another.atEnd().isEmpty());
            assertThat(command).as(another.err()).isNotDone();
            String endpoint = another.out().replaceFirst("(?s)millrace ready endpoint=(\\S+) .*", "$1");
            return new Started(another, command, AwsData.at(URI.create(endpoint)));
        }

        void put(String... texts) {
            var unused = clients.put(
                    "texts",
                    Arrays.stream(texts)
                            .map(text -> PutRecordsRequestEntry.builder()
                                    .partitionKey(text)
                                    .data(SdkBytes.fromUtf8String(text))
                                    .build())
                            .toList());
        }

        Map<String, Long> counts() {
            return clients.rows("text-counts").stream()
                    .collect(Collectors.toMap(row -> (String) row.get("text"), row -> (Long) row.get("count")));
        }

        void end() throws Exception {
            clients.close();
            run.atEnd().remove().run();
            assertThat(command.get(30, TimeUnit.SECONDS)).isZero();
            assertThat(run.err()).isEmpty();
        }
    }

    @Test
    void aDataDirectory_isUsedInOneModeAfterTheOther(@TempDir Path directory) throws Exception {
        List<String> line = List.of("dev", WATCHED, "--port", "0", "--data-dir", directory.toString());
        for (String mode : List.of("record-at-a-time", "micro-batch", "record-at-a-time")) {
            Started dev = start(line, "--mode", mode);
            dev.put("a", "b", "a", "c");
            dev.end();
        }
        Started dev = start(line);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(dev.counts()).isEqualTo(Map.of("a", 6L, "b", 3L, "c", 3L)));
        dev.end();
    }

    @Test
    void whenItIsToldToEndRecordAtATime_thenWhatWasAppliedIsCommitted(@TempDir Path directory) throws Exception {
        List<String> line = List.of(
                "dev",
                WATCHED,
                "--port",
                "0",
                "--mode",
                "record-at-a-time",
                "--commit-interval",
                "1m",
                "--data-dir",
                directory.toString());
        TestPipelines.Watched.APPLIED.set(0);
        Started dev = start(line);
        dev.put("a", "b", "a", "c");
        await().atMost(Duration.ofSeconds(30)).until(() -> TestPipelines.Watched.APPLIED.get() == 4);
        assertThat(dev.counts()).isEmpty();
        dev.end();

        Started again = start(line);
        assertThat(again.counts()).isEqualTo(Map.of("a", 2L, "b", 1L, "c", 1L));
        again.end();
    }

    private static Started start(List<String> line, String... more) throws InterruptedException {
        List<String> all = new ArrayList<>(line);
        all.addAll(List.of(more));
        return Started.start(all.toArray(String[]::new));
    }
}
