package dev.millrace.local.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.kinesis.PutEntry;
import dev.millrace.local.testing.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;

/**
 * What a subscriber does not read stays in the shard. An event tells how old its last record was when the endpoint made
 * it; so what was made before the clock is moved tells itself apart from what was made after.
 */
class SlowSubscriberTest {
    private static final String FIRST = "shardId-000000000000";
    private static final StartingPosition OLDEST =
            StartingPosition.builder().type(ShardIteratorType.TRIM_HORIZON).build();
    private static final int RECORDS = 160;
    private static final int RECORD_BYTES = 250_000;
    /** Buffers of the connection, which grow to about ten, and an event or two. Of forty in all. */
    private static final long MAX_TAKEN_BYTES = 16_000_000;

    private static final Duration AGE = Duration.ofMinutes(1);

    private final MovableClock clock = new MovableClock(Instant.parse("2026-03-01T12:00:00Z"));

    @ParameterizedTest
    @EnumSource(names = {"HTTP1_1", "HTTP2"})
    void theEndpointHoldsBoundedMuchForOneWhoDoesNotRead(Protocol protocol) throws Exception {
        try (LocalEndpoint endpoint = LocalEndpoint.start(
                        LocalEndpointOptions.defaults().withPort(0).withClock(clock));
                KinesisAsyncClient client = SdkClient.async(endpoint.uri(), protocol, true)) {
            endpoint.kinesis().createStream("s", 1, false, Map.of());
            Subscriber slow = Subscriber.lazy(client, register(client, "slow"), FIRST, OLDEST)
                    .begun();
            Subscriber quick = Subscriber.eager(client, register(client, "quick"), FIRST, OLDEST)
                    .begun();
            for (int i = 0; i < RECORDS; i++) {
                endpoint.kinesis().put("s", List.of(PutEntry.of("k", new byte[RECORD_BYTES])));
            }
            // By the time that one has all, the other could have had it.
            assertThat(takenBefore(AGE, quick)).isEqualTo((long) RECORDS * RECORD_BYTES);

            clock.advance(AGE);
            slow.request(Long.MAX_VALUE);

            assertThat(takenBefore(AGE, slow)).isLessThan(MAX_TAKEN_BYTES);
        }
    }

    private static String register(KinesisAsyncClient client, String name) {
        return client.registerStreamConsumer(
                        request -> request.streamARN("arn:aws:kinesis:us-east-1:000000000000:stream/s")
                                .consumerName(name))
                .join()
                .consumer()
                .consumerARN();
    }

    /** Reads all records; how many bytes were in events in which the last record was younger than that. */
    private static long takenBefore(Duration age, Subscriber subscriber) throws InterruptedException {
        long taken = 0;
        for (int read = 0; read < RECORDS; ) {
            SubscribeToShardEvent event = subscriber.next();
            read += event.records().size();
            // That includes the last event, which is behind nothing: one more.
            if (event.millisBehindLatest() < age.toMillis()) {
                taken += (long) event.records().size() * RECORD_BYTES;
            }
        }
        return taken;
    }
}
