package dev.millrace.local.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.local.kinesis.StreamRecord;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeliveryTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration NO_LIMIT = Duration.ofMillis(-1);
    private static final MappingSettings DEFAULTS = MappingSettings.defaults();
    private static final MappingSettings BISECTING = DEFAULTS.withRetries(-1, NO_LIMIT, true);

    /** A delivery of records 0, 1, and so on, each of which arrived a second after the one before. */
    private static Delivery delivery(MappingSettings settings, int records) {
        return new Delivery(
                settings,
                IntStream.range(0, records)
                        .mapToObj(i -> new StreamRecord(
                                String.valueOf(i), START.plusSeconds(i), "key", ByteBuffer.allocate(1)))
                        .toList());
    }

    private static List<String> numbers(List<StreamRecord> records) {
        return records.stream().map(StreamRecord::sequenceNumber).toList();
    }

    private static Delivery.Discarded discarded(Delivery delivery, Instant now) {
        return Objects.requireNonNull(delivery.discard(now.toEpochMilli()), "nothing was discarded");
    }

    @Test
    void whatTheFunctionTakes_isDone() {
        Delivery delivery = delivery(DEFAULTS, 3);

        assertThat(numbers(delivery.next())).containsExactly("0", "1", "2");
        assertThat(delivery.isDone()).isFalse();
        assertThat(delivery.succeeded()).isEqualTo("2");
        assertThat(delivery.isDone()).isTrue();
        assertThat(delivery.discard(START.toEpochMilli())).isNull();
    }

    @Test
    void afterAnError_theSameBatchComesAgain() {
        Delivery delivery = delivery(DEFAULTS, 3);

        for (int failures = 1; failures <= 100; failures++) {
            delivery.failed();

            assertThat(numbers(delivery.next())).containsExactly("0", "1", "2");
            assertThat(delivery.retries()).isEqualTo(failures);
            assertThat(delivery.discard(START.plus(Duration.ofDays(365)).toEpochMilli()))
                    .isNull();
        }
    }

    @Test
    void afterAFailedRecord_thoseFromItOnComeAgain() {
        Delivery delivery = delivery(DEFAULTS, 5);

        assertThat(delivery.failedAt(List.of("2"))).isEqualTo("1");

        assertThat(numbers(delivery.next())).containsExactly("2", "3", "4");
    }

    @Test
    void ofSeveralFailedRecords_theFirstCounts() {
        Delivery delivery = delivery(DEFAULTS, 5);

        assertThat(delivery.failedAt(List.of("4", "1", "3"))).isEqualTo("0");

        assertThat(numbers(delivery.next())).containsExactly("1", "2", "3", "4");
    }

    @Test
    void whenTheFirstRecordFailed_noneIsDone() {
        Delivery delivery = delivery(DEFAULTS, 3);

        assertThat(delivery.failedAt(List.of("0"))).isNull();

        assertThat(numbers(delivery.next())).containsExactly("0", "1", "2");
        assertThat(delivery.retries()).isEqualTo(1);
    }

    @Test
    void aFailedRecordThatIsNotOfTheBatch_failsTheBatch() {
        for (String unknown : new String[] {"17", "", "null"}) {
            Delivery delivery = delivery(DEFAULTS, 3);

            assertThat(delivery.failedAt(List.of("2", unknown))).isNull();

            assertThat(numbers(delivery.next())).containsExactly("0", "1", "2");
        }
    }

    @Test
    void aRecordThatWasDoneBefore_isNotOfTheBatch() {
        Delivery delivery = delivery(DEFAULTS, 3);
        assertThat(delivery.failedAt(List.of("1"))).isEqualTo("0");

        assertThat(delivery.failedAt(List.of("0"))).isNull();

        assertThat(numbers(delivery.next())).containsExactly("1", "2");
    }

    @Test
    void bisected_theHalvesComeInOrder() {
        Delivery delivery = delivery(BISECTING, 5);

        delivery.failed();
        assertThat(numbers(delivery.next())).containsExactly("0", "1");
        delivery.failed();
        assertThat(numbers(delivery.next())).containsExactly("0");
        List<String> done = new ArrayList<>();
        while (!delivery.isDone()) {
            done.add(delivery.succeeded());
        }

        assertThat(done).containsExactly("0", "1", "4");
    }

    @Test
    void aSplit_isNotARetry() {
        Delivery delivery = delivery(BISECTING, 4);

        delivery.failed();
        assertThat(delivery.retries()).isZero();
        delivery.failed();
        assertThat(numbers(delivery.next())).containsExactly("0");
        assertThat(delivery.retries()).isZero();
        delivery.failed();
        assertThat(numbers(delivery.next())).containsExactly("0");
        assertThat(delivery.retries()).isEqualTo(1);
        assertThat(delivery.succeeded()).isEqualTo("0");
        assertThat(delivery.retries()).isZero();
    }

    @Test
    void bisected_aRecordThatNeverSucceedsIsDiscardedAlone() {
        Delivery delivery = delivery(DEFAULTS.withRetries(1, NO_LIMIT, true), 4);
        List<String> discarded = new ArrayList<>();
        List<String> done = new ArrayList<>();

        while (!delivery.isDone()) {
            Delivery.Discarded given = delivery.discard(START.toEpochMilli());
            if (given != null) {
                discarded.addAll(numbers(given.records()));
            } else if (numbers(delivery.next()).contains("2")) {
                delivery.failed();
            } else {
                done.addAll(numbers(delivery.next()));
                assertThat(delivery.succeeded()).isEqualTo(done.get(done.size() - 1));
            }
        }

        assertThat(discarded).containsExactly("2");
        assertThat(done).containsExactly("0", "1", "3");
    }

    @Test
    void afterTheMaximumOfRetries_theBatchIsDiscarded() {
        Delivery delivery = delivery(DEFAULTS.withRetries(2, NO_LIMIT, false), 3);

        for (int retries = 0; retries <= 2; retries++) {
            assertThat(delivery.discard(START.toEpochMilli())).isNull();
            delivery.failed();
        }

        Delivery.Discarded discarded = discarded(delivery, START);
        assertThat(numbers(discarded.records())).containsExactly("0", "1", "2");
        assertThat(discarded.reason()).isEqualTo("it was tried 3 times");
        assertThat(delivery.isDone()).isTrue();
    }

    @Test
    void withoutRetries_oneFailureIsEnough() {
        Delivery delivery = delivery(DEFAULTS.withRetries(0, NO_LIMIT, false), 1);

        assertThat(delivery.discard(START.toEpochMilli())).isNull();
        delivery.failed();

        assertThat(numbers(discarded(delivery, START).records())).containsExactly("0");
    }

    @Test
    void afterProgress_retriesAreCountedAnew() {
        Delivery delivery = delivery(DEFAULTS.withRetries(2, NO_LIMIT, false), 3);
        delivery.failed();
        delivery.failed();
        assertThat(delivery.retries()).isEqualTo(2);

        assertThat(delivery.failedAt(List.of("1"))).isEqualTo("0");

        assertThat(delivery.retries()).isEqualTo(1);
        delivery.failed();
        assertThat(delivery.discard(START.toEpochMilli())).isNull();
        delivery.failed();
        assertThat(numbers(discarded(delivery, START).records())).containsExactly("1", "2");
    }

    @Test
    void recordsThatAreTooOld_areDiscardedAndTheOthersDelivered() {
        Delivery delivery = delivery(DEFAULTS.withRetries(-1, Duration.ofMinutes(1), false), 4);
        delivery.failed();

        assertThat(delivery.discard(START.plusSeconds(60).toEpochMilli())).isNull();
        Delivery.Discarded discarded = discarded(delivery, START.plusMillis(61_001));

        assertThat(numbers(discarded.records())).containsExactly("0", "1");
        assertThat(discarded.reason()).isEqualTo("it is older than PT1M");
        assertThat(numbers(delivery.next())).containsExactly("2", "3");
        assertThat(delivery.retries()).isEqualTo(1);
        assertThat(numbers(discarded(delivery, START.plus(Duration.ofHours(1))).records()))
                .containsExactly("2", "3");
        assertThat(delivery.isDone()).isTrue();
    }
}
