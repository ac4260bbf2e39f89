package dev.millrace.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.Aggregations;
import dev.millrace.ErrorPolicy;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import dev.millrace.engine.EntryEnd;
import dev.millrace.engine.HashRange;
import dev.millrace.engine.Parts;
import dev.millrace.engine.UpstreamId;
import dev.millrace.exchange.PackedRecord;
import dev.millrace.metrics.EmbeddedMetrics;
import dev.millrace.metrics.Metric;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What ticks report, and what event time has to do with it (T1, X4). */
class TickMetricsTest extends MeteredHandler {
    TickMetricsTest() throws IOException {}

    @Test
    void t1_whenAShardIsIdle_thenTicksAreReported_andTheLagStaysWhatItWas() {
        peer.beIdle();
        KinesisHandler handler = handler(ErrorPolicy.FAIL);
        handler.handleRequest(Events.tick(), null);
        JsonNode before = line();
        assertThat(before.has("WatermarkLag"))
                .as("without event time there is no lag")
                .isFalse();
        handler.handleRequest(Events.batch(1, "a,10"), null);
        lines.take();

        clock.step(60_000);
        handler.handleRequest(Events.tick(), null);
        JsonNode closing = line();
        clock.step(3_600_000);
        handler.handleRequest(Events.tick(), null);
        JsonNode later = line();

        assertThat(results.values()).containsExactly("a: 1");
        assertValues(closing, Map.of(Metric.TICK_DURATION, (double) STEP_MILLIS, Metric.FAILURES, 0.0));
        assertThat(closing.has("Records") || closing.has("BatchDuration")).isFalse();
        // The record was 1 s + 10 ms after the base, in arrival and in event time; the idle timeout is 10 s.
        double idleLag = 1_000 - 10 + 10_000;
        assertThat(value(closing, Metric.WATERMARK_LAG)).isEqualTo(idleLag + STEP_MILLIS);
        assertThat(value(later, Metric.WATERMARK_LAG)).isEqualTo(idleLag);
        assertValues(later, Map.of(Metric.TICK_DURATION, 0.0, Metric.WRITE_UNITS, 0.0));
    }

    @Test
    void t1_whenAShardIsStuck_thenTheLagGrowsWithEachTick() {
        KinesisHandler handler = handler(ErrorPolicy.FAIL);
        handler.handleRequest(Events.batch(1, "a,10", "a,nonsense"), null);
        double before = value(line(), Metric.WATERMARK_LAG);
        peer.beBehind();

        clock.step(3_600_000);
        handler.handleRequest(Events.tick(), null);

        assertValues(line(), Map.of(Metric.WATERMARK_LAG, before + 3_600_000, Metric.FAILURES, 0.0));
    }

    @Test
    void x4_whenALaterStageIsAtRest_thenItsTicksHaveNoLag_andItsBatchesHaveOne() {
        PipelineBuilder builder = Pipeline.named("metered");
        builder.from("input", Codecs.string(), EventTime.extracted(Events::time, Duration.ZERO))
                .keyBy(Events::key)
                .named("by-key")
                .window(Windows.tumbling(Duration.ofMillis(100)))
                .aggregate(Aggregations.count())
                .map(this::text)
                .collect(results);
        KinesisHandler handler = new KinesisHandler(
                builder.build(),
                HandlerSettings.of(Map.of("MILLRACE_STATE_TABLE", table, "MILLRACE_STAGE", "by-key")),
                capacity.client(),
                kinesis,
                clock,
                new EmbeddedMetrics(lines));
        // The only sender says that it is idle, and that event time has gone on to 5 s after the base.
        EntryEnd idle = new EntryEnd(0, BASE + 10, BASE + 10, EntryEnd.State.IDLE, BASE + 5_000, BASE + 5_000);
        byte[] packed = new PackedRecord(
                        "metered",
                        new UpstreamId("source", SHARD),
                        "by-key",
                        1,
                        1,
                        HashRange.ALL,
                        new Parts(List.of(), idle))
                .encode();
        KinesisEvent event = Events.batch(1, "packed");
        event.getRecords().get(0).getKinesis().setData(ByteBuffer.wrap(packed));

        handler.handleRequest(event, null);
        JsonNode batch = line();
        handler.handleRequest(Events.tick(), null);
        JsonNode tick = line();

        assertThat(batch.path("Stage").asText()).isEqualTo("by-key");
        assertValues(batch, Map.of(Metric.WATERMARK_LAG, 60_000.0 - 5_000));
        assertThat(tick.has("WatermarkLag")).isFalse();
        assertThat(tick.has("StateSize")).isTrue();
    }

    @Test
    void whenATickFails_thenThatIsReported() {
        KinesisHandler handler = handler(ErrorPolicy.FAIL);
        handler.handleRequest(Events.batch(1, "a,10"), null);
        lines.take();

        // The peer does not know how to read a shard.
        assertThatThrownBy(() -> handler.handleRequest(Events.tick(), null)).hasMessageContaining("only PutRecords");

        assertValues(line(), Map.of(Metric.FAILURES, 1.0, Metric.TICK_DURATION, 0.0));
    }
}
