package dev.millrace.local.source;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.kinesis.StartingPosition;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a stream is an error that those who read it expect. */
class SourceStreamTest {
    private static final int CAPACITY_BYTES = 1 << 20;

    private final EmbeddedKinesis kinesis = EmbeddedKinesis.inMemory(Clock.systemUTC(), CAPACITY_BYTES);
    private final SourceStream stream = SourceStream.of(kinesis, "numbers");

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void whenTheStreamIsDeleted_thenItCannotBeRead_whetherOrNotOneWaits(int timeoutSeconds) {
        kinesis.createStream("numbers", 1, false, Map.of());
        String iterator = stream.iterator("shardId-000000000000", new StartingPosition.TrimHorizon());

        kinesis.deleteStream("numbers");

        assertThatThrownBy(() -> stream.read(iterator, 1, Duration.ofSeconds(timeoutSeconds)))
                .isInstanceOf(StreamReadException.class)
                .hasMessageContaining("does not exist");
    }

    @Test
    void whenThereIsNoStream_thenItsShardsCannotBeListed() {
        assertThatThrownBy(stream::shards).isInstanceOf(StreamReadException.class);
    }
}
