package dev.millrace.local.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page's JSON while a pipeline runs: its numbers are those of the records put. */
class LiveViewTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    static List<Supplier<RunningVisits>> modes() {
        return List.of(RunningVisits::microBatch, RunningVisits::recordAtATime);
    }

    @ParameterizedTest
    @MethodSource("modes")
    void whenRecordsArePut_thenItsNumbersAreTheirs(Supplier<RunningVisits> mode) {
        try (RunningVisits running = mode.get()) {
            List<String> visits = new ArrayList<>();
            for (int i = 0; i < 90; i++) {
                visits.add("/page-" + i % 9 + ",2026-11-20T10:00:00.0" + (10 + i) + "Z");
            }
            visits.add("no visit");
            running.put(visits.toArray(String[]::new));

            await().atMost(PATIENCE).untilAsserted(() -> {
                JsonNode json = running.json();
                JsonNode source = stage(json, 0);
                assertThat(source.path("records").asLong()).isEqualTo(91);
                assertThat(RunningVisits.edge(
                                        json,
                                        "stream:visits",
                                        "stage:" + source.path("name").asText())
                                .path("records")
                                .asLong())
                        .isEqualTo(91);
                assertThat(visits(json)).isEqualTo(90);
            });
            JsonNode json = running.json();

            assertThat(json.path("pipeline").asText()).isEqualTo("visits");
            assertThat(stage(json, 1).path("name").asText()).isEqualTo("by-page");
            // A stage sends one part for each key and entry, however many records it had.
            assertThat(RunningVisits.edge(
                                    json, "stage:" + stage(json, 0).path("name").asText(), "stage:by-page")
                            .path("records")
                            .asLong())
                    .isBetween(9L, 90L)
                    .isEqualTo(stage(json, 1).path("parts").asLong());
            checkRows(json);
            checkPartitions(json);
            checkDeadLetter(json);
            // Latencies come with the next sample.
            await().atMost(PATIENCE).untilAsserted(() -> checkCosts(running.json()));
        }
    }

    private static JsonNode stage(JsonNode json, int number) {
        return json.path("stages").path(number);
    }

    /** What the latest version of each row says, in all. */
    private static long visits(JsonNode json) {
        long sum = 0;
        for (JsonNode row : json.at("/sinks/0/rows")) {
            sum += row.at("/values/visits").asLong();
        }
        return sum;
    }

    private static void checkRows(JsonNode json) {
        JsonNode sink = json.at("/sinks/0");
        assertThat(sink.path("target").asText()).isEqualTo(Visits.TABLE);
        assertThat(sink.path("rows")).hasSize(9).allSatisfy(row -> {
            assertThat(row.at("/values/page").asText()).startsWith("/page-");
            assertThat(row.at("/values/start").asText()).isEqualTo("2026-11-20T10:00:00Z");
            assertThat(row.at("/values/visits").asLong()).isEqualTo(10);
            assertThat(row.at("/values/final").isBoolean()).isTrue();
        });
        assertThat(sink.path("emitted").asLong()).isGreaterThanOrEqualTo(9);
        assertThat(RunningVisits.edge(json, "stage:by-page", "table:page-visits")
                        .path("records")
                        .asLong())
                .isEqualTo(sink.path("emitted").asLong());
    }

    private static void checkPartitions(JsonNode json) {
        JsonNode partitions = stage(json, 0).path("partitions");
        assertThat(partitions).hasSize(2);
        long records = 0;
        for (JsonNode partition : partitions) {
            records += partition.path("records").asLong();
            assertThat(partition.path("lag_ms").asLong()).isZero();
        }
        assertThat(records).isEqualTo(91);
        assertThat(partitions)
                .anySatisfy(partition -> assertThat(partition.path("watermark").asText())
                        .isBetween("2026-11-20T10:00:00", "2026-11-21"));
    }

    private static void checkDeadLetter(JsonNode json) {
        JsonNode letters = json.path("dead_letters");
        assertThat(letters.path("stream").asText()).isEqualTo("visits-dead-letters");
        assertThat(letters.path("count").asLong()).isEqualTo(1);
        JsonNode letter = letters.at("/latest/0");
        assertThat(letter.path("reason").asText()).isEqualTo("no-event-time");
        assertThat(letter.path("message").asText()).isNotEmpty();
        assertThat(letter.path("payload").asText()).isEqualTo("no visit");
        assertThat(stage(json, 0).at("/passed_over/no-event-time").asLong()).isEqualTo(1);
        assertThat(RunningVisits.edge(
                                json,
                                "stage:" + stage(json, 0).path("name").asText(),
                                "dead-letters:visits-dead-letters")
                        .path("records")
                        .asLong())
                .isEqualTo(1);
    }

    /** Each stage has committed, and paid for it, and each record's latency was measured. */
    private static void checkCosts(JsonNode json) {
        assertThat(json.path("stages")).hasSize(2).allSatisfy(stage -> {
            assertThat(stage.path("commits").asLong()).isPositive();
            assertThat(stage.path("write_units").asDouble())
                    .isGreaterThanOrEqualTo(stage.path("commits").asDouble());
            assertThat(stage.path("failures").asLong()).isZero();
        });
        assertThat(stage(json, 0).at("/record_latency/p99_ms").asDouble())
                .isGreaterThanOrEqualTo(
                        stage(json, 0).at("/record_latency/p50_ms").asDouble());
        if (json.path("mode").asText().equals("micro-batch")) {
            assertThat(stage(json, 0).at("/batch_latency/p50_ms").asDouble()).isPositive();
            assertThat(stage(json, 0).at("/batch_records/max").asLong()).isBetween(1L, 91L);
            assertThat(stage(json, 1).at("/batch_latency/count").asLong()).isPositive();
        } else {
            assertThat(stage(json, 1).at("/exchange_latency/p50_ms").asDouble()).isPositive();
        }
    }

    @ParameterizedTest
    @MethodSource("modes")
    void whenSomebodyWatches_thenOpenWindowsAreSeen(Supplier<RunningVisits> mode) {
        try (RunningVisits running = mode.get()) {
            running.put("/home,2026-11-20T10:00:01Z", "/home,2026-11-20T10:00:02Z");

            await().atMost(PATIENCE).untilAsserted(() -> {
                JsonNode windows = stage(running.json(), 1).path("windows");
                assertThat(windows).hasSize(1);
                assertThat(windows.at("/0/operator").asText()).isEqualTo("counts");
                assertThat(windows.at("/0/key").asText()).isEqualTo("/home");
                assertThat(windows.at("/0/start").asText()).isEqualTo("2026-11-20T10:00:00Z");
                assertThat(windows.at("/0/end").asText()).isEqualTo("2026-11-20T10:01:00Z");
                assertThat(windows.at("/0/value").asText()).isEqualTo("2");
            });
        }
    }

    @ParameterizedTest
    @MethodSource("modes")
    void whenRecordsFlow_thenThereAreRates(Supplier<RunningVisits> mode) {
        try (RunningVisits running = mode.get()) {
            await().atMost(PATIENCE).until(() -> {
                running.put("/home,2026-11-20T10:00:01Z");
                return stage(running.json(), 0).path("records_per_second").asDouble() > 0
                        && stage(running.json(), 1).path("commits_per_second").asDouble() > 0;
            });
        }
    }
}
