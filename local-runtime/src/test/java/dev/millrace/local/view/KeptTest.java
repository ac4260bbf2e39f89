package dev.millrace.local.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import dev.millrace.engine.Output;
import dev.millrace.local.mapping.StageFunction;
import dev.millrace.plan.Plan;
import dev.millrace.sink.EmissionException;
import dev.millrace.sink.IdentifiedOutput;
import dev.millrace.sink.OutputId;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is kept of what passes, how much, and what becomes of a failure. */
class KeptTest {
    private static final OutputId FIRST = new OutputId("visits", "by-page", "shardId-000000000000", 1, 1, 0);
    private final PipelineWatch watch = new PipelineWatch(Plan.of(Visits.pipeline()), Clock.systemUTC());

    private static List<IdentifiedOutput> outputs(String sink, int count, int bytes) {
        return IntStream.range(0, count)
                .mapToObj(i -> new IdentifiedOutput(FIRST.at(i), new Output(sink, new byte[bytes])))
                .toList();
    }

    @Test
    void whenMuchIsEmitted_thenTheLastOfItIsKept_andTheBeginningOfWhatIsLong() {
        SinkWatch sink = new SinkWatch(3);
        sink.emitted(outputs("sink", 1_000, 100_000), 1_000, 5);

        assertThat(sink.rate().total()).isEqualTo(1_000);
        assertThat(sink.latest()).hasSize(3).allSatisfy(kept -> {
            assertThat(kept.payload()).hasSize(SinkWatch.MOST_BYTES);
            assertThat(kept.isWhole()).isFalse();
        });
        assertThat(sink.latest()).extracting(kept -> kept.id().index()).containsExactly(999, 998, 997);
    }

    @Test
    void whenADeadLetterIsLong_thenItsReasonIsShown() {
        String letter = "{\"reason\":\"undecodable\",\"message\":\"no\",\"payload\":\"" + "A".repeat(100_000) + "\"}";
        watch.emitter(outputs -> {})
                .emit(List.of(new IdentifiedOutput(
                        FIRST, new Output(Output.DEAD_LETTERS, letter.getBytes(StandardCharsets.UTF_8)))));

        var shown = new OutputsJson(watch).deadLetters().at("/latest/0");
        assertThat(shown.path("reason").asText()).isEqualTo("undecodable");
        assertThat(shown.path("message").asText()).isEqualTo("no");
        assertThat(shown.path("payload").asText()).contains("too large to show");
    }

    @Test
    void whenWhatIsEmittedMakesNoSense_thenItIsEmittedAllTheSame() {
        OutputId ofOther = new OutputId("other", "nowhere", "shard", 1, 1, 0);
        AtomicLong emitted = new AtomicLong();

        assertThatCode(() -> watch.emitter(outputs -> emitted.addAndGet(outputs.size()))
                        .emit(List.of(new IdentifiedOutput(ofOther, new Output("none", new byte[0])))))
                .doesNotThrowAnyException();
        watch.emitter(outputs -> emitted.addAndGet(outputs.size())).emit(outputs("unknown", 2, 1));

        assertThat(emitted).hasValue(3);
    }

    @Test
    void whenSomethingIsNotEmitted_thenItIsNotCounted() {
        assertThatThrownBy(() -> watch.emitter(outputs -> {
                            throw new EmissionException("no table", new IllegalStateException());
                        })
                        .emit(outputs(Output.DEAD_LETTERS, 2, 10)))
                .isInstanceOf(EmissionException.class);

        assertThat(new OutputsJson(watch).deadLetters().path("count").asLong()).isZero();
    }

    @Test
    void whenAFunctionFails_thenItsFailureIsCounted_andPassedOn() {
        StageFunction failing = watch.function("by-page", event -> {
            throw new IllegalStateException("no");
        });
        KinesisEvent event = new KinesisEvent();
        event.setRecords(List.of(new KinesisEvent.KinesisEventRecord()));

        assertThatThrownBy(() -> failing.handle(event)).hasMessage("no");
        event.setRecords(List.of());
        assertThatThrownBy(() -> failing.handle(event)).hasMessage("no");

        StageWatch stage = watch.stages().get(1);
        assertThat(stage.failures()).isEqualTo(1);
    }

    @Test
    void aRate_isOfTheLastFewSeconds() {
        AtomicLong total = new AtomicLong();
        Rate rate = new Rate(total::doubleValue);
        for (int second = 0; second < 20; second++) {
            rate.sample(TimeUnit.SECONDS.toNanos(second));
            total.addAndGet(second < 10 ? 1_000 : 7);
        }
        assertThat(rate.perSecond()).isCloseTo(7, withPercentage(0.01));
        assertThat(new Rate(() -> 5).perSecond()).isZero();
    }

    @Test
    void aDistribution_isOfTheLastTenSeconds_orOfAllWhereThoseHaveNone() {
        Distribution distribution = new Distribution(1_000);
        distribution.record(500, 1);
        distribution.record(5_000_000, 1);
        distribution.sample();
        assertThat(distribution.percentiles().isRecent()).isTrue();
        for (int second = 0; second < 10; second++) {
            distribution.sample();
        }
        Distribution.Percentiles old = distribution.percentiles();
        assertThat(old.isRecent()).isFalse();
        assertThat(old.count()).isEqualTo(2);
        assertThat(old.p50()).isCloseTo(500, withPercentage(1));

        distribution.record(10, 100);
        distribution.sample();
        assertThat(distribution.percentiles().p99()).isEqualTo(10);
    }

    @Test
    void aTotalThatBeginsAgain_goesOn() {
        GrowingTotal total = new GrowingTotal();
        assertThat(total.at(5)).isEqualTo(5);
        assertThat(total.at(8)).isEqualTo(8);
        assertThat(total.at(2)).isEqualTo(10);
        assertThat(total.at(3)).isEqualTo(11);
    }
}
