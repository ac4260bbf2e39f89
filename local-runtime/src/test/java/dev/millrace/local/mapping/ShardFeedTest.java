package dev.millrace.local.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.kinesis.PutEntry;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.testing.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShardFeedTest {
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

    @Test
    void onceItIsStopped_noMoreIsGathered_howeverLongTheWindow() throws Exception {
        MovableClock clock = new MovableClock(Instant.parse("2026-03-01T12:00:00Z"));
        try (EmbeddedKinesis kinesis = EmbeddedKinesis.inMemory(clock, 1 << 20)) {
            kinesis.createStream("events", 1, false, Map.of());
            SourceStream stream = new BusyStream(kinesis, SourceStream.of(kinesis, "events"));
            ShardFeed feed = new ShardFeed(
                    stream,
                    "shardId-000000000000",
                    MappingSettings.defaults(),
                    Checkpoints.inMemory(),
                    clock,
                    () -> true);

            assertThat(feed.next(Duration.ofMillis(500), Duration.ofMinutes(5))).hasSize(1);
        }
    }
}
