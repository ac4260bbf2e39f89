package dev.millrace.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.testing.KinesisPeer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PutCommandTest {
    private final KinesisPeer peer;
    private final CommandRun run;

    PutCommandTest() throws IOException {
        peer = KinesisPeer.start("clicks");
        run = new CommandRun(Map.of("AWS_ENDPOINT_URL", peer.endpoint().toString()));
    }

    @AfterEach
    void stop() {
        peer.close();
    }

    private static Path file(Path folder, String content) throws IOException {
        return Files.writeString(folder.resolve("lines.jsonl"), content);
    }

    private static String numbered(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"user\":\"u" + i % 7 + "\",\"n\":" + i + "}\n")
                .collect(Collectors.joining());
    }

    private List<String> taken() {
        return peer.taken().stream().map(KinesisPeer.Taken::text).toList();
    }

    @Test
    void lines_arriveByteForByteInOrder(@TempDir Path folder) throws IOException {
        String content = "{\"user\":\"ann\", \"n\":1}\r\n\n  \nnot { json\n{\"user\":\"bob\"}";

        int exitCode = run.execute("put", "clicks", file(folder, content).toString(), "--partition-key-field", "user");

        assertThat(run.err()).isEmpty();
        assertThat(exitCode).isZero();
        assertThat(taken()).containsExactly("{\"user\":\"ann\", \"n\":1}", "not { json", "{\"user\":\"bob\"}");
        assertThat(peer.taken().get(0).partitionKey()).isEqualTo("ann");
        assertThat(peer.taken().get(1).partitionKey()).matches("[0-9a-f]{16}");
        assertThat(run.out())
                .isEqualTo("Put 3 records (45 bytes) to stream clicks in 0.0 s, 3,000 a second; 0 failed,"
                        + " 2 blank lines skipped" + System.lineSeparator());
    }

    @Test
    void linesOfText_arriveAsTheyAreUnderKeysOfTheirContent(@TempDir Path folder) throws IOException {
        String content = "It was the best of times,\n\n\tit was the worst of times \nna\u00efve \ud83d\ude00 {\n";

        assertThat(run.execute("put", "clicks", file(folder, content).toString()))
                .isZero();

        assertThat(taken())
                .containsExactly(
                        "It was the best of times,", "\tit was the worst of times ", "na\u00efve \ud83d\ude00 {");
        assertThat(peer.taken().stream().map(KinesisPeer.Taken::partitionKey))
                .doesNotHaveDuplicates()
                .allMatch(key -> key.matches("[0-9a-f]{16}"));
    }

    @Test
    void oneRecord_isCountedInTheSingular() {
        run.withInput(new ByteArrayInputStream("x\n\n".getBytes(StandardCharsets.UTF_8)));

        assertThat(run.execute("put", "clicks", "-")).isZero();

        assertThat(run.out())
                .startsWith("Put 1 record (1 byte) to stream clicks")
                .contains(", 1 blank line skipped");
    }

    @Test
    void standardInput_isReadToItsEnd_andSummaryIsJson() throws IOException {
        run.withInput(new ByteArrayInputStream(numbered(1_200).getBytes(StandardCharsets.UTF_8)));

        assertThat(run.execute("put", "clicks", "-", "--json")).isZero();

        assertThat(peer.requestSizes()).containsExactly(500, 500, 200);
        JsonNode summary = new ObjectMapper().readTree(run.out());
        assertThat(summary.get("stream").asText()).isEqualTo("clicks");
        assertThat(summary.get("records").asLong()).isEqualTo(1_200);
        assertThat(summary.get("bytes").asLong()).isEqualTo(numbered(1_200).length() - 1_200);
        assertThat(summary.get("failed").asLong()).isZero();
    }

    @Test
    void whenRecordsAreRefused_thenTheyAreSentAgainBeforeLaterOnes() {
        Set<String> refused = new HashSet<>();
        peer.refuse(item -> item.text().endsWith("99}") && refused.add(item.text()));
        run.withInput(new ByteArrayInputStream(numbered(1_000).getBytes(StandardCharsets.UTF_8)));

        assertThat(run.execute("put", "clicks", "-", "--partition-key-field", "user"))
                .isZero();

        assertThat(taken()).hasSize(1_000).doesNotHaveDuplicates();
        assertThat(peer.requestSizes()).containsExactly(500, 5, 500, 5);
        assertThat(run.out()).contains("overtaken by a later record of their partition key");
    }

    @Test
    void whenOrderIsStrict_thenNoRecordIsOvertaken() {
        Set<String> refused = new HashSet<>();
        peer.refuse(item -> item.text().endsWith("9}") && refused.add(item.text()));
        run.withInput(new ByteArrayInputStream(numbered(300).getBytes(StandardCharsets.UTF_8)));

        assertThat(run.execute("put", "clicks", "-", "--partition-key-field", "user", "--strict-order"))
                .isZero();

        assertThat(taken()).hasSize(300);
        for (int user = 0; user < 7; user++) {
            String key = "u" + user;
            assertThat(peer.taken().stream()
                            .filter(item -> item.partitionKey().equals(key))
                            .map(item -> Integer.parseInt(item.text().replaceAll(".*:|}", "")))
                            .toList())
                    .isSorted();
        }
        assertThat(run.out()).doesNotContain("overtaken");
    }

    @Test
    void linesTooLong_areReportedAndTheOthersSent(@TempDir Path folder) throws IOException {
        String content = "a\n" + "x".repeat(1_100_000) + "\nb\n" + "y".repeat(1 << 20) + "\nc\n";

        assertThat(run.execute("put", "clicks", file(folder, content).toString()))
                .isEqualTo(1);

        assertThat(taken()).containsExactly("a", "b", "c");
        assertThat(run.err())
                .contains("line 2 has 1,100,000 bytes and was not sent")
                // With its partition key it is over the limit.
                .contains("line 4 has 1,048,576 bytes and was not sent");
        assertThat(run.out()).contains("Put 3 records (3 bytes)").contains("2 failed");
    }

    @Test
    void rate_isKept() {
        run.withInput(new ByteArrayInputStream(numbered(100).getBytes(StandardCharsets.UTF_8)));

        assertThat(run.execute("put", "clicks", "-", "--rate", "50")).isZero();

        assertThat(peer.requestSizes()).hasSize(20).containsOnly(5);
        assertThat(run.pauses().stream().reduce(Duration.ZERO, Duration::plus)).isEqualTo(Duration.ofMillis(1_900));
        assertThat(run.out()).contains("in 1.9 s");
    }

    @Test
    void missingStream_isNamed() {
        run.withInput(new ByteArrayInputStream(numbered(3).getBytes(StandardCharsets.UTF_8)));

        assertThat(run.execute("put", "nowhere", "-")).isEqualTo(1);

        assertThat(run.err())
                .startsWith("millrace put: stream 'nowhere' does not exist here")
                .contains(peer.endpoint().toString())
                .doesNotContain("\tat ");
        assertThat(run.out()).contains("Put 0 records").contains("3 failed").contains("Stopped after 3 lines");
    }

    @Test
    void unreachableEndpoint_isNamed() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0)) {
            port = closed.getLocalPort();
        }
        run.withInput(new ByteArrayInputStream(numbered(1).getBytes(StandardCharsets.UTF_8)));

        assertThat(run.execute("put", "clicks", "-", "--endpoint", "http://127.0.0.1:" + port))
                .isEqualTo(1);

        assertThat(run.err())
                .contains("cannot reach http://127.0.0.1:" + port)
                .contains("millrace dev")
                .doesNotContain("\tat ");
    }

    @Test
    void whenDebugging_thenStackTraceFollowsTheMessage() {
        assertThat(run.execute("put", "clicks", "no-such-file", "--debug")).isEqualTo(1);

        assertThat(run.err())
                .startsWith("millrace put: there is no file 'no-such-file'")
                .contains("\tat ");
    }

    @Test
    void fileThatCannotBeRead_isNamed(@TempDir Path folder) {
        assertThat(run.execute("put", "clicks", "no-such-file")).isEqualTo(1);
        assertThat(run.execute("put", "clicks", folder.toString())).isEqualTo(1);

        assertThat(run.err())
                .contains("there is no file 'no-such-file'")
                .contains("is a directory")
                .doesNotContain("\tat ");
    }

    @Test
    void endpointThatIsNoAddress_isNamed() {
        assertThat(run.execute("put", "clicks", "-", "--endpoint", "localhost:4566"))
                .isEqualTo(1);

        assertThat(run.err()).contains("'localhost:4566' is no endpoint");
    }
}
