package dev.millrace.local.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.kinesis.PutEntry;
import dev.millrace.local.source.SourceStream;
import dev.millrace.local.testing.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SteppedMappingTest {
    private final MovableClock clock = new MovableClock(Instant.parse("2026-03-01T12:00:00Z"));

    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whereOnlyAgeEndsRetries_andTimeStandsStill_theCallerLearnsOfTheFailure() throws Exception {
        try (EmbeddedKinesis kinesis = EmbeddedKinesis.inMemory(clock, 1 << 20)) {
            kinesis.createStream("events", 1, false, Map.of());
            var unused = kinesis.put("events", List.of(PutEntry.of("k", new byte[] {1})));
            RecordingFunction function = new RecordingFunction();
            function.failNext(1_000_000);
            MappingSettings settings = MappingSettings.defaults().withRetries(-1, Duration.ofHours(1), false);
            SteppedMapping mapping = new SteppedMapping(
                    SourceStream.of(kinesis, "events"), function, settings, Checkpoints.inMemory(), clock);

            assertThatThrownBy(mapping::deliver).isInstanceOf(DeliveryException.class);
            assertThat(function.attempts()).hasSize(3);

            clock.advance(Duration.ofHours(2));
            assertThat(mapping.deliver()).isTrue();
            assertThat(function.attempts()).hasSize(3);
        }
    }
}
