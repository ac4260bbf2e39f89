package dev.millrace.samples.clickstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.local.testing.AwsData;
import dev.millrace.samples.DevProcess;
import dev.millrace.samples.LambdaJar;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** A packaged function that fails as a process, once: its batch comes again, to another process, and nothing is counted twice. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "AWS's runtime interface client runs on Linux only")
class PackagedFaultsIT {
    private static final String PIPELINE = FaultyCounts.class.getName();

    @TempDir
    private Path directory;

    /** The sample's jar, and the faulty pipeline in it. */
    private Path jar() throws IOException {
        Path jar = Files.copy(LambdaJar.ofBuild().path(), directory.resolve("faulty.jar"));
        String name = PIPELINE.replace('.', '/') + ".class";
        try (FileSystem files = FileSystems.newFileSystem(jar);
                InputStream in = Objects.requireNonNull(FaultyCounts.class.getResourceAsStream("/" + name))) {
            Files.write(files.getPath(name), in.readAllBytes());
        }
        return jar;
    }

    private void assertExactDespite(String fault, String... options) throws Exception {
        Path mark = directory.resolve("failed");
        List<String> all = new ArrayList<>(List.of("--packaged", jar().toString()));
        all.addAll(List.of(options));
        try (DevProcess dev = DevProcess.start(PIPELINE, directory.resolve("data"), all.toArray(String[]::new));
                AwsData clients = AwsData.at(dev.endpoint())) {
            put(clients, IntStream.range(0, 100).mapToObj(i -> "a" + i).toList());
            await().atMost(Duration.ofSeconds(60)).until(() -> counts(clients).equals(Map.of("a", 100L)));
            List<ProcessHandle> before = dev.functions();

            put(clients, List.of("a", fault + " " + mark, "b"));

            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(counts(clients))
                            .isEqualTo(Map.of("a", 101L, fault.substring(0, 1), 1L, "b", 1L)));
            assertThat(mark).exists();
            assertThat(before).hasSizeGreaterThanOrEqualTo(1).anyMatch(function -> !function.isAlive());
        }
    }

    /** Each with its first letter, by which it is counted, for a partition key; all in one request. */
    private static void put(AwsData clients, List<String> records) {
        clients.put(
                "orders",
                records.stream()
                        .map(text -> PutRecordsRequestEntry.builder()
                                .partitionKey(text.substring(0, 1))
                                .data(SdkBytes.fromUtf8String(text))
                                .build())
                        .toList());
    }

    private static Map<String, Long> counts(AwsData clients) {
        return clients.rows("order-counts").stream()
                .collect(Collectors.toMap(row -> (String) row.get("key"), row -> (Long) row.get("count")));
    }

    @Test
    void whenAFunctionHangs_thenItIsKilledAfterItsTimeout() throws Exception {
        assertExactDespite("hang", "--shards", "1", "--timeout", "6s");
    }

    @Test
    void whenAFunctionRunsOutOfMemory_thenItsProcessEnds() throws Exception {
        assertExactDespite("exhaust", "--shards", "1", "--memory", "160");
    }
}
