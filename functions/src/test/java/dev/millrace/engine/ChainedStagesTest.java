package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** X4 of a stage in the middle, which takes what one stage sends, and sends on to another. Times are in milliseconds. */
class ChainedStagesTest {
    private static final long NONE = Progress.NO_TIME;
    private static final UpstreamId A = new UpstreamId("source", "shard-a");
    private static final Windows TUMBLING = Windows.tumbling(Duration.ofMillis(100));

    private final TestStage middle = new TestStage(pipeline(), "by-key");

    private static Pipeline pipeline() {
        PipelineBuilder builder = Pipeline.named("events");
        builder.from(
                        "source",
                        Event.CODEC,
                        EventTime.<Event>extracted(event -> Instant.ofEpochMilli(event.timeMillis()), Duration.ZERO))
                .keyBy(Event::key)
                .named("by-key")
                .window(TUMBLING)
                .aggregate(Aggregations.count())
                .keyBy(result -> "all")
                .named("all")
                .window(TUMBLING)
                .aggregate(Aggregations.sumLong((Result<String, Long> result) -> result.value()))
                .map(result -> "" + result.value())
                .collect(new CollectingSink<>("out", Codecs.string()));
        return builder.build();
    }

    private void take(long entry, EntryEnd.State state, long watermark, long arrival, long clear, long gone) {
        middle.take(
                new Exchanged.OfEnd(A, new Mark(1, entry, 9), new EntryEnd(9, watermark, arrival, state, clear, gone)));
    }

    private EntryEnd lastEnd() {
        List<Parts> sent = middle.sent("all");
        return Objects.requireNonNull(sent.get(sent.size() - 1).end());
    }

    @Test
    void x4_aStageWithAnOpenWindowIsNotIdle_andOnceAllHaveClosedItIs() {
        middle.list(new UpstreamShard(A, List.of()));
        byte[] key = "k".getBytes(StandardCharsets.UTF_8);
        byte[] one = Codecs.longs().encode(1L);
        middle.take(new Exchanged.OfPart(A, new Mark(1, 1, 0), new Part(0, "by-key/aggregate", key, 0, 0, one)));
        take(1, EntryEnd.State.ACTIVE, 10, 10, NONE, NONE);
        take(2, EntryEnd.State.IDLE, 10, 10, 50, 60);
        assertThat(lastEnd().state()).isEqualTo(EntryEnd.State.ACTIVE);
        assertThat(lastEnd().watermark()).as("nothing is due by then").isEqualTo(60);
        assertThat(middle.task().isAtRest()).isFalse();

        take(3, EntryEnd.State.IDLE, 10, 10, 250, 260);

        assertThat(lastEnd().state()).isEqualTo(EntryEnd.State.IDLE);
        assertThat(lastEnd().watermark()).isEqualTo(260);
        assertThat(middle.task().isAtRest()).isTrue();
    }
}
