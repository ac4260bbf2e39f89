package dev.millrace.local.source;

import static dev.millrace.local.source.Reading.BEGINNING;
import static dev.millrace.local.source.Reading.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamRecord;
import dev.millrace.local.testing.MovableClock;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** Records at a rate: when they are due, that they are the same whenever they are read, and that none is left out. */
class RateStreamTest {
    private static final String SHARD = "shardId-000000000000";
    private static final Instant START = Instant.parse("2026-01-31T12:00:00.0005Z");
    private static final long START_SECOND = START.getEpochSecond();

    private final MovableClock clock = new MovableClock(START);

    private SourceStream open(String text, int shards) {
        return open(text, shards, clock);
    }

    private static SourceStream open(String text, int shards, Clock clock) {
        SourceSettings settings = new SourceSettings(shards, null, "n={n}", InputStream.nullInputStream(), clock);
        return ((SourceSpec.Openable) SourceSpec.parse(text)).open(settings).stream();
    }

    private static ShardRead read(SourceStream stream, StartingPosition from, int limit) throws InterruptedException {
        return stream.read(stream.iterator(SHARD, from), limit, Duration.ZERO);
    }

    @Example
    void recordsAreDueAtTheirTimes_fromTheOpeningOn() throws Exception {
        SourceStream stream = open("rate:1000", 1);
        String start = stream.iterator(SHARD, BEGINNING);
        assertThat(stream.read(start, 10, Duration.ZERO).records()).isEmpty();
        assertThat(stream.read(start, 10, Duration.ZERO).atTip()).isTrue();

        clock.advance(Duration.ofNanos(500_000));
        ShardRead first = stream.read(start, 10, Duration.ZERO);
        clock.advance(Duration.ofMillis(2));
        ShardRead next = stream.read(String.valueOf(first.nextIterator()), 10, Duration.ZERO);

        long number = START_SECOND * 1000 + 1;
        assertThat(first.records()).extracting(Reading::text).containsExactly("n=" + number);
        StreamRecord record = first.records().get(0);
        assertThat(record.approximateArrival()).isEqualTo(Instant.parse("2026-01-31T12:00:00.001Z"));
        assertThat(record.sequenceNumber()).isEqualTo(number + "000001000");
        assertThat(next.records()).extracting(Reading::text).containsExactly("n=" + (number + 1), "n=" + (number + 2));
        assertThat(stream.shards()).allMatch(SourceShard::open);
    }

    @Example
    void whenItWasStoppedForAWhile_thenItCatchesUp_limitByLimit() throws Exception {
        String last = read(open("rate:10,start=2026-01-31T12:00:00Z", 1), BEGINNING, 1)
                .records()
                .get(0)
                .sequenceNumber();
        clock.advance(Duration.ofHours(1));
        SourceStream again = open("rate:10", 1);

        ShardRead read = read(again, new StartingPosition.AfterSequenceNumber(last), 10_000);

        assertThat(read.records()).hasSize(10_000);
        assertThat(Reading.text(read.records().get(0))).isEqualTo("n=" + (START_SECOND * 10 + 1));
        assertThat(read.atTip()).isFalse();
        ShardRead rest = again.read(String.valueOf(read.nextIterator()), 10_000, Duration.ZERO);
        assertThat(rest.records()).hasSize(10_000);
    }

    @Example
    void count_endsTheShards() throws Exception {
        SourceStream stream = open("rate:1000,count=3", 2);
        clock.advance(Duration.ofHours(1));

        List<List<String>> shards = Reading.shards(stream);

        assertThat(shards.stream().mapToInt(List::size).sum()).isEqualTo(3);
        assertThat(stream.shards()).hasSize(2).noneMatch(SourceShard::open);
    }

    @Example
    void aRead_waitsUntilTheNextRecordIsDue() throws Exception {
        SourceStream stream = open("rate:20", 1, Clock.systemUTC());

        ShardRead read = stream.read(stream.iterator(SHARD, BEGINNING), 10, PATIENCE);

        assertThat(read.records()).hasSize(1);
        assertThat(read.records().get(0).approximateArrival()).isBeforeOrEqualTo(Instant.now());
    }

    @Example
    void positions_ofOtherRatesOrOfTheFuture_areRefused() {
        SourceStream stream = open("rate:1000", 1);
        String other = START_SECOND * 100 + "000000100";
        String future = (START_SECOND + 3600) * 1000 + "000001000";
        for (String number : List.of(other, future, "x", "-1000", "1" + "0".repeat(40))) {
            assertThatThrownBy(() -> stream.iterator(SHARD, new StartingPosition.AfterSequenceNumber(number)))
                    .isInstanceOfSatisfying(
                            StreamReadException.class,
                            e -> assertThat(e.kind()).isEqualTo(StreamReadException.Kind.NO_SUCH_POSITION))
                    .hasMessageContaining("which must stay as it was (000001000)");
        }
    }

    @Example
    void positionsByTimeAndAtTheTip_areFound() throws Exception {
        SourceStream stream = open("rate:1,start=2026-01-31T11:00:00Z", 1);

        assertThat(texts(stream, new StartingPosition.AtTimestamp(START.minusSeconds(1))))
                .containsExactly("n=" + START_SECOND);
        assertThat(texts(stream, new StartingPosition.AtTimestamp(Instant.MIN))).hasSize(3601);
        assertThat(texts(stream, new StartingPosition.AtSequenceNumber(START_SECOND + "000000001")))
                .containsExactly("n=" + START_SECOND);
        assertThat(texts(stream, new StartingPosition.Latest())).isEmpty();
    }

    private static List<String> texts(SourceStream stream, StartingPosition from) throws InterruptedException {
        return read(stream, from, 10_000).records().stream().map(Reading::text).toList();
    }

    @Example
    void farBehind_noneIsLeftOutOfAMillion() throws Exception {
        SourceStream stream = open("rate:10000000,count=1000000", 2);
        clock.advance(Duration.ofHours(1));
        long count = 0;
        for (SourceShard shard : stream.shards()) {
            String iterator = stream.iterator(shard.shardId(), BEGINNING);
            while (iterator != null) {
                ShardRead read = stream.read(iterator, 10_000, Duration.ZERO);
                count += read.records().size();
                iterator = read.nextIterator();
            }
        }
        assertThat(count).isEqualTo(1_000_000);
    }

    @Property(tries = 40)
    void eachRecordComesOnce_howeverItIsRead(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 5) int shards,
            @ForAll @LongRange(min = 1, max = 20_000) long rate)
            throws Exception {
        Random random = new Random(seed);
        String text = "rate:" + rate + ",count=2000,start=2026-01-31T12:00:00.123Z";
        SourceStream stream = open(text, shards);
        TreeSet<Long> all = new TreeSet<>();
        List<Long> lasts = new ArrayList<>();
        List<String> iterators = new ArrayList<>();
        for (SourceShard shard : stream.shards()) {
            lasts.add(-1L);
            iterators.add(stream.iterator(shard.shardId(), BEGINNING));
        }
        while (!iterators.isEmpty()) {
            clock.advance(Duration.ofNanos(random.nextLong(200_000_000_000L / rate + 1)));
            int i = random.nextInt(iterators.size());
            ShardRead read = stream.read(iterators.get(i), 1 + random.nextInt(60), Duration.ZERO);
            for (StreamRecord record : read.records()) {
                long number = Long.parseLong(Reading.text(record).substring(2));
                assertThat(number).isGreaterThan(lasts.get(i));
                assertThat(record.approximateArrival()).isBeforeOrEqualTo(clock.instant());
                assertThat(all.add(number)).isTrue();
                lasts.set(i, number);
            }
            String next = read.nextIterator();
            if (next == null) {
                iterators.remove(i);
                lasts.remove(i);
            } else {
                iterators.set(i, next);
            }
            if (random.nextInt(20) == 0) {
                stream = open(text, shards);
            }
        }
        assertThat(all).hasSize(2000);
        assertThat(all.last() - all.first()).isEqualTo(1999);
    }

    @Property(tries = 500)
    void whatIsDue_isWhatTheTimesSay(
            @ForAll @LongRange(min = 1, max = RateSchedule.MOST_PER_SECOND) long rate,
            @ForAll @LongRange(min = 0, max = 4_000_000_000L) long second,
            @ForAll @IntRange(min = 0, max = 999_999_999) int nano) {
        RateSchedule schedule = new RateSchedule(rate);
        Instant now = Instant.ofEpochSecond(second, nano);
        long after = schedule.firstAfter(now);

        assertThat(schedule.until(after, now)).isPositive();
        assertThat(schedule.until(after - 1, now)).isLessThanOrEqualTo(Duration.ZERO);
        assertThat(schedule.firstAt(now)).isBetween(after - 1, after);
        assertThat(schedule.firstAfter(now.plus(schedule.until(after, now)))).isGreaterThan(after);
        assertThat(Instant.ofEpochMilli(schedule.millis(after - 1))).isBeforeOrEqualTo(now);
    }
}
