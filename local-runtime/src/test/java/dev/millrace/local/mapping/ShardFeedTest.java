package dev.millrace.local.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.kinesis.PutEntry;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamRecord;
import dev.millrace.local.source.ShardRead;
import dev.millrace.local.source.SourceShard;
import dev.millrace.local.source.SourceStream;
import dev.millrace.local.source.StreamReadException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where a shard is read from, by one who has read it before. */
class ShardFeedTest {
    private static final String SHARD = "shardId-000000000000";

    private final EmbeddedKinesis kinesis = EmbeddedKinesis.inMemory(Clock.systemUTC(), 1 << 20);
    private final SourceStream stream = SourceStream.of(kinesis, "letters");
    private final Checkpoints checkpoints = Checkpoints.inMemory();

    /** A stream to which a record comes whenever it is read. */
    private record BusyStream(EmbeddedKinesis kinesis, SourceStream stream) implements SourceStream {
        @Override
        public String name() {
            return stream.name();
        }

        @Override
        public List<SourceShard> shards() {
            return stream.shards();
        }

        @Override
        public String iterator(String shardId, StartingPosition position) {
            return stream.iterator(shardId, position);
        }

        @Override
        public ShardRead read(String iterator, int limit, Duration timeout) throws InterruptedException {
            var unused = kinesis.put(name(), List.of(PutEntry.of("k", new byte[] {1})));
            return stream.read(iterator, limit, timeout);
        }
    }

    /** As one that throttles, until it is told not to. */
    private static final class Throttled implements SourceStream {
        private final SourceStream stream;
        private boolean isThrottled = true;

        Throttled(SourceStream stream) {
            this.stream = stream;
        }

        @Override
        public String name() {
            return stream.name();
        }

        @Override
        public List<SourceShard> shards() {
            return stream.shards();
        }

        @Override
        public String iterator(String shardId, StartingPosition position) {
            if (isThrottled && position instanceof StartingPosition.AfterSequenceNumber) {
                throw new StreamReadException(
                        new IllegalStateException("Rate exceeded"), StreamReadException.Kind.UNAVAILABLE);
            }
            return stream.iterator(shardId, position);
        }

        @Override
        public ShardRead read(String iterator, int limit, Duration timeout) throws InterruptedException {
            return stream.read(iterator, limit, timeout);
        }
    }

    private ShardFeed feed(SourceStream source) {
        return new ShardFeed(source, SHARD, MappingSettings.defaults(), checkpoints, Clock.systemUTC(), () -> false);
    }

    private void put(String letters) {
        var unused = kinesis.put(
                "letters",
                letters.chars()
                        .mapToObj(Character::toString)
                        .map(letter -> PutEntry.of("k", letter.getBytes(StandardCharsets.UTF_8)))
                        .toList());
    }

    private static String letters(List<StreamRecord> records) {
        StringBuilder letters = new StringBuilder();
        records.forEach(record -> letters.append(StandardCharsets.UTF_8.decode(record.data())));
        return letters.toString();
    }

    private void readAndDone(String letters) throws InterruptedException {
        kinesis.createStream("letters", 1, false, Map.of());
        put(letters);
        List<StreamRecord> read = feed(stream).next(Duration.ZERO, Duration.ZERO);
        assertThat(letters(read)).isEqualTo(letters);
        checkpoints.done(SHARD, Delivery.last(read));
    }

    @Test
    void whenThePlaceCannotBeHadJustNow_thenItIsNotReadFromTheBeginning() throws InterruptedException {
        readAndDone("ab");
        put("c");
        Throttled throttled = new Throttled(stream);
        ShardFeed feed = feed(throttled);

        assertThatThrownBy(() -> feed.next(Duration.ZERO, Duration.ZERO)).hasMessage("Rate exceeded");
        throttled.isThrottled = false;

        assertThat(letters(feed.next(Duration.ZERO, Duration.ZERO))).isEqualTo("c");
    }

    @Test
    void whenTheStreamWasMadeAgain_thenItIsReadFromTheBeginning() throws InterruptedException {
        readAndDone("abc");
        kinesis.deleteStream("letters");
        kinesis.createStream("letters", 1, false, Map.of());
        put("d");

        assertThat(letters(feed(stream).next(Duration.ZERO, Duration.ZERO))).isEqualTo("d");
    }

    @Test
    void onceItIsStopped_noMoreIsGathered_howeverLongTheWindow() throws InterruptedException {
        kinesis.createStream("letters", 1, false, Map.of());
        ShardFeed feed = new ShardFeed(
                new BusyStream(kinesis, stream),
                SHARD,
                MappingSettings.defaults(),
                checkpoints,
                Clock.systemUTC(),
                () -> true);

        assertThat(feed.next(Duration.ofMillis(500), Duration.ofMinutes(5))).hasSize(1);
    }
}
