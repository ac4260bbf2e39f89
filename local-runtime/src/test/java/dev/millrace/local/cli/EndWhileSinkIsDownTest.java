package dev.millrace.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.local.aws.AwsAddress;
import dev.millrace.local.aws.AwsClients;
import dev.millrace.local.aws.PipelineResources;
import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.kinesis.PutEntry;
import dev.millrace.local.testing.AwsData;
import dev.millrace.plan.Plan;
import dev.millrace.testing.TableOutage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code millrace run} in a process of its own, told to end. */
class EndWhileSinkIsDownTest {
    private static final String PIPELINE = TestPipelines.TwoStages.class.getName();
    private static final int TEXTS = 50;
    /** On a machine that has other things to do. */
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final Map<String, Long> expected = new TreeMap<>();

    private static Process run(URI endpoint) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "run",
                        PIPELINE,
                        "--source",
                        "kinesis:texts",
                        "--endpoint",
                        endpoint.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String ready =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        assertThat(ready).startsWith("millrace ready");
        return process;
    }

    private void put(LocalEndpoint endpoint, int count) {
        List<PutEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String text = "text-" + i % TEXTS;
            entries.add(PutEntry.of(text, text.getBytes(StandardCharsets.UTF_8)));
            expected.merge(text, 1L, Long::sum);
        }
        for (int i = 0; i < count; i += 500) {
            var unused = endpoint.kinesis().put("texts", entries.subList(i, Math.min(count, i + 500)));
        }
    }

    private static Map<String, Long> rows(AwsData data) {
        Map<String, Long> rows = new TreeMap<>();
        data.rows("text-counts").forEach(row -> rows.put((String) row.get("text"), (Long) row.get("count")));
        return rows;
    }

    /** Ends it by SIGTERM; its exit code. */
    private static int terminate(Process process) throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).as("it ends in time").isTrue();
        return process.exitValue();
    }

    @Test
    void whenItIsToldToEndWhileASinkIsDown_thenItEndsInTime_andTheNextGoesOnExactly() throws Exception {
        try (LocalEndpoint endpoint =
                        LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0));
                TableOutage outage = new TableOutage(endpoint.uri(), "text-counts");
                AwsClients clients = AwsAddress.local(endpoint.uri()).clients();
                AwsData data = AwsData.at(endpoint.uri())) {
            var unused = PipelineResources.create(clients, Plan.of(new TestPipelines.TwoStages().define()), 2);
            put(endpoint, 5_000);
            Process process = run(outage.uri());
            try {
                await().atMost(PATIENCE).until(() -> !rows(data).isEmpty());
                outage.begin();
                put(endpoint, 5_000);
                await().atMost(PATIENCE).until(() -> outage.refused() > 0);

                int exitCode = terminate(process);
                assertThat(exitCode).isIn(0, 1);
                assertThat(rows(data)).isNotEqualTo(expected);
            } finally {
                process.destroyForcibly();
            }
            outage.end();
            put(endpoint, 5_000);
            process = run(outage.uri());
            try {
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(rows(data)).isEqualTo(expected));
                put(endpoint, 5_000);

                assertThat(terminate(process)).isZero();
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
