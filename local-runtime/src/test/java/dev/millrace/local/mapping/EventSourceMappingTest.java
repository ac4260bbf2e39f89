package dev.millrace.local.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.kinesis.PutEntry;
import dev.millrace.local.source.SourceStream;
import dev.millrace.local.testing.MovableClock;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventSourceMappingTest {
    private static final String STREAM = "events";
    private static final int MEBIBYTE = 1024 * 1024;
    private static final BigInteger MIDDLE = BigInteger.TWO.pow(127);
    private static final MappingSettings PROMPT =
            MappingSettings.defaults().withBatchingWindow(Duration.ZERO).withTickInterval(Duration.ofMillis(50));

    private final MovableClock clock = new MovableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final EmbeddedKinesis kinesis = EmbeddedKinesis.inMemory(clock, 64L * MEBIBYTE);
    private final RecordingFunction function = new RecordingFunction();

    @AfterEach
    void close() {
        kinesis.close();
    }

    private static String shard(int index) {
        return "shardId-00000000000" + index;
    }

    private EventSourceMapping start(MappingSettings settings, Checkpoints checkpoints) {
        return EventSourceMapping.start(SourceStream.of(kinesis, STREAM), function, settings, checkpoints, clock);
    }

    /** Puts records whose data are their keys, a slash and their numbers. */
    private void put(String key, int from, int to) {
        var unused = kinesis.put(
                STREAM,
                IntStream.range(from, to)
                        .mapToObj(i -> PutEntry.of(key, (key + "/" + i).getBytes(StandardCharsets.UTF_8)))
                        .toList());
    }

    private boolean isComplete(Checkpoints checkpoints, int index) {
        return checkpoints.isComplete(SourceStream.of(kinesis, STREAM).shards().get(index));
    }

    private static List<String> data(String key, int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> key + "/" + i).toList();
    }

    @Test
    void batches_haveAtMostTheBatchSizeAndKeepTheOrderOfTheirShard() {
        kinesis.createStream(STREAM, 2, false, Map.of());
        for (String key : new String[] {"a", "b", "c", "d", "e", "f", "g", "h"}) {
            put(key, 0, 20);
        }

        try (EventSourceMapping mapping = start(PROMPT.withBatchSize(7), Checkpoints.inMemory())) {
            assertThat(mapping).isNotNull();
            await().until(() -> function.taken().size() >= 160);
        }

        assertThat(function.taken()).hasSize(160).doesNotHaveDuplicates();
        assertThat(function.attempts())
                .allSatisfy(batch -> assertThat(batch.data()).hasSizeBetween(1, 7));
        assertThat(function.attempts())
                .extracting(RecordingFunction.Attempt::shardId)
                .contains(shard(0), shard(1));
        for (String key : new String[] {"a", "h"}) {
            assertThat(function.taken().stream().filter(each -> each.startsWith(key)))
                    .isEqualTo(data(key, 0, 20));
        }
    }

    @Test
    void aBatch_fitsThePayloadOfAnInvocation() {
        kinesis.createStream(STREAM, 1, false, Map.of());
        for (int i = 0; i < 9; i++) {
            var unused = kinesis.put(STREAM, List.of(PutEntry.of("k", new byte[MEBIBYTE - 1])));
        }

        try (EventSourceMapping mapping = start(PROMPT, Checkpoints.inMemory())) {
            assertThat(mapping).isNotNull();
            await().until(() -> function.taken().size() >= 9);
        }

        // In Base64 each takes four thirds of a mebibyte.
        assertThat(function.attempts()).extracting(batch -> batch.data().size()).containsExactly(4, 4, 1);
    }

    @Test
    void aMapping_goesOnFromItsCheckpoints(@TempDir Path directory) {
        kinesis.createStream(STREAM, 1, false, Map.of());
        put("k", 0, 10);
        try (EventSourceMapping first = start(PROMPT, Checkpoints.inDirectory(directory))) {
            assertThat(first).isNotNull();
            await().until(() -> function.taken().size() >= 10);
        }
        put("k", 10, 20);

        try (EventSourceMapping second = start(PROMPT, Checkpoints.inDirectory(directory))) {
            assertThat(second).isNotNull();
            await().until(() -> function.taken().size() >= 20);
        }

        assertThat(function.taken()).isEqualTo(data("k", 0, 20));
    }

    @Test
    void afterAnError_theSameBatchComesAgainBeforeTheNext() {
        kinesis.createStream(STREAM, 1, false, Map.of());
        put("k", 0, 6);
        function.failNext(3);

        try (EventSourceMapping mapping = start(PROMPT.withBatchSize(3), Checkpoints.inMemory())) {
            assertThat(mapping).isNotNull();
            await().until(() -> function.taken().size() >= 6);
        }

        assertThat(function.attempts())
                .extracting(RecordingFunction.Attempt::data)
                .containsExactly(data("k", 0, 3), data("k", 0, 3), data("k", 0, 3), data("k", 0, 3), data("k", 3, 6));
    }

    @Test
    void afterAFailedRecord_deliveryGoesOnFromIt() {
        kinesis.createStream(STREAM, 1, false, Map.of());
        put("k", 0, 4);
        function.reportOnce("k/2");

        try (EventSourceMapping mapping = start(PROMPT, Checkpoints.inMemory())) {
            assertThat(mapping).isNotNull();
            await().until(() -> function.taken().size() >= 4);
        }

        assertThat(function.attempts())
                .extracting(RecordingFunction.Attempt::data)
                .containsExactly(data("k", 0, 4), data("k", 2, 4));
    }

    @Test
    void theFunction_getsTicksForAllShardsAsTheClockAdvances() {
        kinesis.createStream(STREAM, 2, false, Map.of());

        try (EventSourceMapping mapping = start(PROMPT, Checkpoints.inMemory())) {
            assertThat(mapping).isNotNull();
            for (int ticks = 1; ticks <= 3; ticks++) {
                int expected = ticks;
                await().until(() -> function.ticks() == expected);
                clock.advance(Duration.ofMillis(50));
            }
        }

        assertThat(function.attempts()).isEmpty();
    }

    @Test
    void aTickThatFails_isNotTheLast() {
        kinesis.createStream(STREAM, 1, false, Map.of());
        function.failTicks();

        try (EventSourceMapping mapping = start(PROMPT, Checkpoints.inMemory())) {
            assertThat(mapping).isNotNull();
            await().until(() -> function.ticks() == 1);
            clock.advance(Duration.ofMillis(50));
            await().until(() -> function.ticks() == 2);
            put("k", 0, 1);
            await().until(() -> function.taken().equals(data("k", 0, 1)));
        }
    }

    @Test
    void aChildShard_waitsUntilItsParentIsDone() {
        kinesis.createStream(STREAM, 1, false, Map.of());
        put("k", 0, 6);
        kinesis.splitShard(STREAM, shard(0), MIDDLE);
        put("k", 6, 12);
        Checkpoints checkpoints = Checkpoints.inMemory();
        function.failNext(3);

        try (EventSourceMapping mapping = start(PROMPT.withBatchSize(4), checkpoints)) {
            assertThat(mapping).isNotNull();
            await().until(() -> function.taken().size() >= 12);
        }

        assertThat(function.taken()).isEqualTo(data("k", 0, 12));
        assertThat(isComplete(checkpoints, 0)).isTrue();
    }

    @Test
    void theChildOfAMerge_waitsForBothParents() {
        kinesis.createStream(STREAM, 2, false, Map.of());
        for (String key : new String[] {"a", "b", "c", "d"}) {
            put(key, 0, 3);
        }
        kinesis.mergeShards(STREAM, shard(0), shard(1));
        put("merged", 0, 3);

        try (EventSourceMapping mapping = start(PROMPT.withBatchSize(1), Checkpoints.inMemory())) {
            assertThat(mapping).isNotNull();
            await().until(() -> function.taken().size() >= 15);
        }

        assertThat(function.taken()).hasSize(15).doesNotHaveDuplicates();
        assertThat(function.taken().subList(12, 15)).isEqualTo(data("merged", 0, 3));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 9})
    void aStreamMadeAgain_isReadFromItsBeginning(int recordsAfter) {
        kinesis.createStream(STREAM, 1, false, Map.of());
        put("old", 0, 5);
        try (EventSourceMapping mapping = start(PROMPT, Checkpoints.inMemory())) {
            assertThat(mapping).isNotNull();
            await().until(() -> function.taken().size() >= 5);

            kinesis.deleteStream(STREAM);
            kinesis.createStream(STREAM, 1, false, Map.of());
            put("new", 0, recordsAfter);

            await().until(() -> function.taken().size() >= 5 + recordsAfter);
        }

        List<String> expected = new ArrayList<>(data("old", 0, 5));
        expected.addAll(data("new", 0, recordsAfter));
        assertThat(function.taken()).isEqualTo(expected);
    }

    @Test
    void aStreamMadeAgainAfterASplit_isReadFromItsBeginning() {
        kinesis.createStream(STREAM, 1, false, Map.of());
        put("old", 0, 3);
        kinesis.splitShard(STREAM, shard(0), MIDDLE);
        Checkpoints checkpoints = Checkpoints.inMemory();
        try (EventSourceMapping mapping = start(PROMPT, checkpoints)) {
            assertThat(mapping).isNotNull();
            await().until(() -> isComplete(checkpoints, 0));

            kinesis.deleteStream(STREAM);
            kinesis.createStream(STREAM, 1, false, Map.of());
            put("new", 0, 3);

            await().until(() -> function.taken().containsAll(data("new", 0, 3)));
        }
    }

    @Test
    void aStreamMadeAgainAndSplitAgain_isReadFromItsBeginning() {
        kinesis.createStream(STREAM, 1, false, Map.of());
        put("old", 0, 3);
        kinesis.splitShard(STREAM, shard(0), MIDDLE);
        Checkpoints checkpoints = Checkpoints.inMemory();
        try (EventSourceMapping mapping = start(PROMPT, checkpoints)) {
            assertThat(mapping).isNotNull();
            await().until(() -> isComplete(checkpoints, 0));
        }
        kinesis.deleteStream(STREAM);
        clock.advance(Duration.ofSeconds(1));
        kinesis.createStream(STREAM, 1, false, Map.of());
        put("new", 0, 3);
        kinesis.splitShard(STREAM, shard(0), MIDDLE);

        try (EventSourceMapping mapping = start(PROMPT, checkpoints)) {
            assertThat(mapping).isNotNull();
            await().until(() -> function.taken().containsAll(data("new", 0, 3)));
        }
    }

    @Test
    void close_doesNotWaitForTheNextTick() {
        kinesis.createStream(STREAM, 1, false, Map.of());
        EventSourceMapping mapping = start(PROMPT.withTickInterval(Duration.ofHours(1)), Checkpoints.inMemory());
        await().until(() -> function.ticks() == 1);

        await().atMost(Duration.ofSeconds(5)).untilAsserted(mapping::close);
    }
}
