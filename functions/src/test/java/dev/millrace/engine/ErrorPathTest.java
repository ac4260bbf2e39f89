package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.Aggregation;
import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.Emission;
import dev.millrace.ErrorPolicy;
import dev.millrace.EventStream;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Windows;
import dev.millrace.codec.Codec;
import dev.millrace.codec.CodecException;
import dev.millrace.codec.Codecs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Records that cannot be processed, and results that cannot be given, under each error policy. */
class ErrorPathTest {
    private static final long BASE = 1_700_000_000_000L;
    private static final Duration SIZE = Duration.ofMillis(100);

    private static TestEnvironment environment(ErrorPolicy policy, Consumer<EventStream<Event>> rest) {
        PipelineBuilder builder = Pipeline.named("errors");
        if (policy == ErrorPolicy.DEAD_LETTER) {
            builder.deadLetters("letters");
        }
        rest.accept(builder.onError(policy)
                .from(
                        "events",
                        Event.CODEC,
                        EventTime.<Event>extracted(
                                event -> event.number() == 404 ? null : Instant.ofEpochMilli(event.timeMillis()),
                                Duration.ZERO)));
        return TestEnvironment.of(builder.build());
    }

    private static Event event(long offsetMillis, long number) {
        return new Event("k", BASE + offsetMillis, number);
    }

    private static void failOnSeven(Event event) {
        if (event.number() == 7) {
            throw new IllegalStateException("seven");
        }
    }

    /** Ways for the event with number 7 to fail, each next to a branch that counts all events and one that copies them. */
    static List<Consumer<EventStream<Event>>> failures() {
        return List.of(
                events -> events.map(event -> {
                    failOnSeven(event);
                    return event;
                }),
                events -> events.map(event -> event.number() == 7 ? null : event),
                events -> events.filter(event -> {
                    failOnSeven(event);
                    return true;
                }),
                events -> events.flatMap(event -> event.number() == 7 ? Arrays.asList(event, null) : List.of()),
                events -> events.flatMap(event -> {
                    failOnSeven(event);
                    return List.of();
                }),
                events -> events.peek(ErrorPathTest::failOnSeven),
                events -> events.split().branch(event -> {
                    failOnSeven(event);
                    return true;
                }),
                events -> events.keyByPartitionKey(event -> {
                            failOnSeven(event);
                            return event.key();
                        })
                        .aggregate(Aggregations.count()),
                events -> events.keyByPartitionKey(event -> event.number() == 7 ? null : event.key())
                        .aggregate(Aggregations.count()),
                events -> events.keyByPartitionKey(event -> event.number() == 7 ? "other" : event.key())
                        .aggregate(Aggregations.count()),
                events -> events.keyByPartitionKey(Event::number, new FailingOnSeven())
                        .aggregate(Aggregations.count()),
                events -> events.keyByPartitionKey(Event::key).aggregate(new HalfWay()),
                events -> events.keyByPartitionKey(Event::key)
                        .aggregate(
                                Aggregations.max(event -> event.number() == 7 ? null : event.number(), Codecs.longs())),
                events -> events.toStream(
                        "out",
                        event -> event.number() == 7 ? "" : event.key(),
                        Event.CODEC,
                        dev.millrace.Sink.IdPlacement.FIRST_LINE));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whenARecordFailsInOneBranch_thenItLeavesNothingInAnother(Consumer<EventStream<Event>> failing) {
        TestEnvironment environment = environment(ErrorPolicy.DEAD_LETTER, events -> {
            events.collect(new CollectingSink<>("copies", Event.CODEC));
            events.keyByPartitionKey(Event::key)
                    .window(Windows.tumbling(SIZE))
                    .aggregate(Aggregations.count())
                    .map(result -> result.value())
                    .collect(new CollectingSink<>("counts", Codecs.longs()));
            failing.accept(events);
        });
        boolean keyIsNumber = false;
        try {
            environment.process(event(0, 1));
        } catch (RecordFailure e) {
            keyIsNumber = true;
        }
        assertThat(keyIsNumber).isFalse();
        environment.process(event(1, 7));
        environment.process(event(2, 2));
        environment.process(event(200, 3));
        assertThat(environment.partition().outputs("collection:copies")).noneMatch(copy -> copy.endsWith(",7"));
        assertThat(environment.partition().outputs(Output.DEAD_LETTERS))
                .anyMatch(letter -> letter.contains("\"sequence_number\":\"2\""));
    }

    @Test
    void whenAnAggregationFailsHalfWay_thenARollbackUndoesTheHalf() {
        TestEnvironment environment = environment(
                ErrorPolicy.SKIP,
                events -> events.keyByPartitionKey(Event::key)
                        .window(Windows.tumbling(SIZE))
                        .aggregate(new HalfWay())
                        .map(result -> String.valueOf(result.value()))
                        .collect(new CollectingSink<>("out", Codecs.string())));
        environment.process(event(0, 1));
        environment.process(event(1, 7));
        environment.process(event(2, 2));
        environment.process(event(200, 3));
        assertThat(environment.partition().outputs("collection:out")).containsExactly("[1, 2]");
        assertThat(environment.counts()).isEqualTo(Map.of(Reason.PROCESSING_FAILED, 1L));
    }

    @ParameterizedTest
    @EnumSource(names = {"SKIP", "DEAD_LETTER"})
    void whenATimedRecordFails_thenTheWatermarkStillMoves(ErrorPolicy policy) {
        TestEnvironment environment = environment(policy, events -> events.peek(ErrorPathTest::failOnSeven));
        environment.process(event(500, 7));
        assertThat(environment.partition().progress().watermark()).isEqualTo(BASE + 500);
    }

    @Test
    void whenARecordHasNoTime_thenTheWatermarkStaysAndThePositionMoves() {
        TestEnvironment environment = environment(ErrorPolicy.SKIP, events -> {});
        environment.process(event(0, 1));
        environment.process(event(500, 404));
        environment.process(environment.record("k", "rubbish".getBytes(StandardCharsets.UTF_8), BASE));
        environment.process(environment.record("k", event(600_000, 1).encoded(), BASE));
        environment.process(environment.record("k", new Event("k", Long.MIN_VALUE, 1).encoded(), -5));
        environment.process(environment.record("k", new Event("k", Long.MAX_VALUE, 1).encoded(), BASE));
        Progress progress = environment.partition().progress();
        assertThat(progress.watermark()).isEqualTo(BASE);
        assertThat(progress.position()).isEqualTo(new Position("6", 0, false));
        assertThat(environment.counts())
                .isEqualTo(Map.of(Reason.NO_EVENT_TIME, 3L, Reason.UNDECODABLE, 1L, Reason.FUTURE_EVENT_TIME, 1L));
    }

    @Test
    void whenThePolicyIsToFail_thenTheFailureNamesOperatorAndCause() {
        TestEnvironment environment = environment(ErrorPolicy.FAIL, events -> events.peek(ErrorPathTest::failOnSeven));
        assertThatThrownBy(() -> environment.process(event(0, 7)))
                .isInstanceOf(RecordFailure.class)
                .hasMessage("operator 'source/peek' failed: java.lang.IllegalStateException: seven");
        assertThat(environment.partition().entries()).isEmpty();
    }

    @Test
    void whenTheKeyIsNotThePartitionKey_thenTheMessageNamesBoth() {
        TestEnvironment environment = environment(
                ErrorPolicy.FAIL, events -> events.keyByPartitionKey(Event::key).aggregate(Aggregations.count()));
        SourceRecord record = environment.record("other", event(0, 1).encoded(), BASE);
        RecordFailure failure = catchThrowableOfType(
                RecordFailure.class, () -> environment.task().apply(record, BASE));
        assertThat(failure.reason()).isEqualTo(Reason.KEY_MISMATCH);
        assertThat(failure.needsRollback()).isFalse();
        assertThat(failure).hasMessageContaining("'k'").hasMessageContaining("'other'");
    }

    @Test
    void whenARecordIsLate_thenItsDeadLetterSaysWhereItWas() {
        TestEnvironment environment = environment(
                ErrorPolicy.DEAD_LETTER,
                events -> events.keyByPartitionKey(Event::key)
                        .window(Windows.tumbling(SIZE))
                        .aggregate(Aggregations.count()));
        environment.process(event(200, 1));
        environment.process(event(0, 2));
        assertThat(environment.partition().outputs(Output.DEAD_LETTERS))
                .containsExactly(
                        "{\"reason\":\"late\",\"message\":\"the record's event time 2023-11-14T22:13:20Z is in a"
                                + " window of operator 'source/keyBy/aggregate' that the watermark 2023-11-14T22:13:20.200Z has"
                                + " passed\",\"stage\":\"source\",\"shard\":\"shard-0\",\"sequence_number\":\"2\","
                                + "\"sub_sequence_number\":0,\"arrival_timestamp\":\"2023-11-14T22:13:20Z\","
                                + "\"payload\":\"aywxNzAwMDAwMDAwMDAwLDI=\"}");
    }

    @Test
    void whenAPayloadIsTooLarge_thenItsDeadLetterHasNone() {
        TestEnvironment environment = environment(ErrorPolicy.DEAD_LETTER, events -> {});
        environment.process(environment.record("k", new byte[DeadLetter.MAX_PAYLOAD_BYTES], BASE));
        environment.process(environment.record("k", new byte[DeadLetter.MAX_PAYLOAD_BYTES + 1], BASE));
        List<String> letters = environment.partition().outputs(Output.DEAD_LETTERS);
        assertThat(letters.get(0)).contains("\"payload\":\"AAAA").hasSizeLessThan(SinkPayloads.MAX_BYTES);
        assertThat(letters.get(1)).contains("\"payload\":null", "\"sequence_number\":\"2\"");
    }

    @Test
    void whenLateRecordsHaveAnOutput_thenTheyGoThroughItsOperators() {
        TestEnvironment environment = environment(
                ErrorPolicy.DEAD_LETTER,
                events -> events.keyByPartitionKey(Event::key)
                        .window(Windows.tumbling(SIZE))
                        .aggregate(Aggregations.count())
                        .lateRecords()
                        .peek(ErrorPathTest::failOnSeven)
                        .map(late -> "late " + late.number())
                        .collect(new CollectingSink<>("late", Codecs.string())));
        environment.process(event(200, 1));
        environment.process(event(0, 2));
        environment.process(event(0, 7));
        assertThat(environment.partition().outputs("collection:late")).containsExactly("late 2");
        assertThat(environment.partition().outputs(Output.DEAD_LETTERS))
                .singleElement()
                .asString()
                .contains("processing-failed", "seven");
    }

    @Test
    void whenLateRecordsAreDropped_thenTheyAreCounted() {
        TestEnvironment environment = environment(
                ErrorPolicy.DEAD_LETTER,
                events -> events.keyByPartitionKey(Event::key)
                        .window(Windows.tumbling(SIZE))
                        .aggregate(Aggregations.count())
                        .dropLateRecords());
        environment.process(event(200, 1));
        environment.process(event(0, 2));
        assertThat(environment.partition().outputs(Output.DEAD_LETTERS)).isEmpty();
        assertThat(environment.counts()).isEqualTo(Map.of(Reason.LATE, 1L));
    }

    @ParameterizedTest
    @EnumSource
    void whenSlicesCannotBeMerged_thenTheResultFollowsTheErrorPolicy(ErrorPolicy policy) {
        TestEnvironment environment = environment(
                policy,
                events -> events.keyByPartitionKey(Event::key)
                        .window(Windows.sliding(SIZE, Duration.ofMillis(50)))
                        .aggregate(Aggregations.sumLong(Event::number))
                        .map(result -> result.value())
                        .collect(new CollectingSink<>("sums", Codecs.longs())));
        environment.process(event(0, Long.MAX_VALUE));
        environment.process(event(50, 1));
        if (policy == ErrorPolicy.FAIL) {
            assertThatThrownBy(() -> environment.process(event(400, 0)))
                    .isInstanceOf(FiringFailure.class)
                    .hasMessageContaining("key 'k'")
                    .hasMessageContaining("long overflow");
        } else {
            environment.process(event(400, 0));
            assertThat(environment.partition().outputs("collection:sums")).hasSize(2);
            assertThat(environment.partition().outputs(Output.DEAD_LETTERS))
                    .hasSize(policy == ErrorPolicy.DEAD_LETTER ? 1 : 0);
        }
    }

    @Test
    void whenARecordFailsAfterItTookAResultBack_thenTheWatermarkMovesByTheRecord() {
        TestEnvironment environment = environment(ErrorPolicy.SKIP, events -> {
            var keyed = events.keyByPartitionKey(Event::key);
            keyed.window(Windows.session(SIZE))
                    .aggregate(Aggregations.count())
                    .emit(Emission.onUpdate())
                    .toTable("sessions", row -> row.key("key", result -> result.key()));
            keyed.aggregate(new HalfWay());
        });
        environment.process(event(50, 1));
        environment.process(event(40, 7));
        assertThat(environment.partition().progress().watermark()).isEqualTo(BASE + 50);
    }

    /** Counts what it has begun and what it has finished; fails on 7 in between. */
    private static final class HalfWay implements Aggregation<Event, List<Long>, List<Long>> {
        @Override
        public List<Long> create() {
            return new ArrayList<>();
        }

        @Override
        public List<Long> add(List<Long> numbers, Event event) {
            numbers.add(event.number());
            failOnSeven(event);
            return numbers;
        }

        @Override
        public List<Long> merge(List<Long> left, List<Long> right) {
            List<Long> merged = new ArrayList<>(left);
            merged.addAll(right);
            return merged;
        }

        @Override
        public List<Long> result(List<Long> numbers) {
            return numbers;
        }

        @Override
        public Codec<List<Long>> accumulatorCodec() {
            return Codecs.json(new com.fasterxml.jackson.core.type.TypeReference<List<Long>>() {});
        }
    }

    private static final class FailingOnSeven implements Codec<Long> {
        @Override
        public byte[] encode(Long value) {
            if (value == 7) {
                throw new CodecException("seven");
            }
            return "k".getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Long decode(byte[] bytes) {
            return 0L;
        }
    }
}
