package dev.millrace.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.AggregatedStream;
import dev.millrace.Aggregations;
import dev.millrace.Emission;
import dev.millrace.EventStream;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.Sink;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopologyTest {
    /** One stage, with most of what a stage can have. */
    private static Plan oneStage() {
        PipelineBuilder builder = Pipeline.named("orders").deadLetters("orders-dead-letters");
        EventStream<String> orders = builder.from(
                "orders", Codecs.string(), EventTime.extracted(text -> Instant.EPOCH, Duration.ofSeconds(5)));
        AggregatedStream<String, String, Long> sliding = orders.keyByPartitionKey(text -> text)
                .window(Windows.sliding(Duration.ofMinutes(10), Duration.ofMinutes(1))
                        .withAllowedLateness(Duration.ofHours(1)))
                .aggregate(Aggregations.<String>count())
                .named("totals")
                .emit(Emission.every(Duration.ofSeconds(30)));
        sliding.toTable(
                "totals",
                row -> row.key("customer", Result::key)
                        .sortKey("start", result -> result.window().start()));
        sliding.lateRecords().toStream("late-orders", text -> text, Codecs.string(), Sink.IdPlacement.FIRST_LINE);
        orders.keyByPartitionKey(text -> text)
                .aggregate(Aggregations.<String>count())
                .toTable("running", row -> row.key("customer", Result::key));
        return Plan.of(builder.build());
    }

    /** Three stages: one grouping follows another, and late records stay with their sender. */
    private static Plan stages() {
        PipelineBuilder builder = Pipeline.named("shop").deadLetters("shop-dead-letters");
        EventStream<String> orders = builder.from("orders", Codecs.string(), EventTime.ingestion());
        AggregatedStream<String, String, Long> perCustomer = orders.keyBy(text -> text)
                .named("customers")
                .window(Windows.tumbling(Duration.ofMinutes(10)))
                .aggregate(Aggregations.<String>count())
                .named("orders-per-customer");
        perCustomer.lateRecords().toStream("late-orders", text -> text, String.class);
        perCustomer
                .map(result -> result.value().toString())
                .merge(orders)
                .keyBy(text -> text)
                .named("sizes")
                .withoutCombining()
                .window(Windows.tumbling(Duration.ofHours(1)))
                .aggregate(Aggregations.<String>count())
                .named("customers-per-size")
                .toTable("sizes", row -> row.key("orders", Result::key));
        return Plan.of(builder.build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"topology.txt", "topology.mmd", "topology.json", "stages.txt", "stages.mmd", "stages.json"})
    void isPrintedAsInTheGoldenFile(String file) throws IOException {
        Topology topology = Topology.of(file.startsWith("stages") ? stages() : oneStage());
        String printed =
                switch (file.substring(file.indexOf('.'))) {
                    case ".txt" -> topology.text();
                    case ".mmd" -> topology.mermaid();
                    default -> topology.json();
                };

        try (InputStream golden = TopologyTest.class.getResourceAsStream(file)) {
            assertThat(printed)
                    .isEqualTo(new String(Objects.requireNonNull(golden, file).readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
