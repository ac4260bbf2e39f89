package dev.millrace.local.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.kinesis.PutEntry;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamRecord;
import dev.millrace.local.testing.MovableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What arrived in a stream within a span of time. */
class BoundedStreamTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final String SHARD = "shardId-000000000000";

    private final MovableClock clock = new MovableClock(NOON);
    private final EmbeddedKinesis kinesis = EmbeddedKinesis.inMemory(clock, 1 << 20);
    private final SourceStream letters = SourceStream.of(kinesis, "letters");

    BoundedStreamTest() {
        kinesis.createStream("letters", 1, false, Map.of());
    }

    /** Puts a letter, and lets a second pass. */
    private void put(String letter) {
        var unused = kinesis.put("letters", List.of(PutEntry.of("k", letter.getBytes(StandardCharsets.UTF_8))));
        clock.advance(Duration.ofSeconds(1));
    }

    private BoundedStream between(@Nullable Instant since, Instant until) {
        return new BoundedStream(letters, since, until, clock);
    }

    /** Reads to the end, a few records at a time. */
    private static String read(SourceStream stream, StartingPosition position) throws InterruptedException {
        StringBuilder text = new StringBuilder();
        @Nullable String iterator = stream.iterator(SHARD, position);
        while (iterator != null) {
            ShardRead read = stream.read(iterator, 2, Duration.ZERO);
            for (StreamRecord record : read.records()) {
                text.append(StandardCharsets.UTF_8.decode(record.data().duplicate()));
            }
            iterator = read.nextIterator();
        }
        return text.toString();
    }

    @Test
    void whatArrivedBeforeAndAfter_isLeftOut_andWhatArrivedAtTheVeryBeginningIsNot() throws InterruptedException {
        "abcdef".chars().mapToObj(Character::toString).forEach(this::put);

        assertThat(read(between(NOON.plusSeconds(1), NOON.plusSeconds(4)), new StartingPosition.TrimHorizon()))
                .isEqualTo("bcd");
        assertThat(read(between(null, NOON.plusSeconds(4)), new StartingPosition.TrimHorizon()))
                .isEqualTo("abcd");
    }

    @Test
    void aShardEnds_thoughNothingArrivesAfterTheSpan() throws InterruptedException {
        put("a");
        put("b");

        assertThat(read(between(null, clock.instant()), new StartingPosition.TrimHorizon()))
                .isEqualTo("ab");
    }

    @Test
    void itGoesOnAfterAPosition() throws InterruptedException {
        put("a");
        put("b");
        put("c");
        BoundedStream stream = between(null, clock.instant());
        String first = stream.read(stream.iterator(SHARD, new StartingPosition.TrimHorizon()), 1, Duration.ZERO)
                .records()
                .get(0)
                .sequenceNumber();

        assertThat(read(stream, new StartingPosition.AfterSequenceNumber(first)))
                .isEqualTo("bc");
    }

    @Test
    void allShardsAreClosed_andThoseThatComeLaterAreLeftOut() {
        put("a");
        BoundedStream stream = between(null, clock.instant());
        assertThat(stream.shards()).extracting(SourceShard::open).containsExactly(false);

        kinesis.updateShardCount("letters", 2);

        assertThat(stream.shards()).hasSize(1);
    }
}
