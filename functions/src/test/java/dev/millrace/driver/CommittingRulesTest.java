package dev.millrace.driver;

import static dev.millrace.driver.Rig.BASE;
import static dev.millrace.driver.Rig.SIZE;
import static dev.millrace.driver.Rig.arrival;
import static dev.millrace.driver.Rig.batch;
import static dev.millrace.driver.Rig.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Aggregation;
import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.ErrorPolicy;
import dev.millrace.EventStream;
import dev.millrace.WindowedStream;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import dev.millrace.engine.Limits;
import dev.millrace.engine.Position;
import dev.millrace.engine.Reason;
import dev.millrace.state.Entry;
import dev.millrace.state.FaultyStore.Crash;
import dev.millrace.state.FaultyStore.Fate;
import dev.millrace.state.StateLogUnavailableException;
import dev.millrace.state.StoredItem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is committed, in which parts, and what is dropped: rules L2 and L4 of the state log, and the error policies. */
class CommittingRulesTest {
    private static final BatchResult DONE = new BatchResult.Done();

    /** Does something once, just before the next write of an entry. */
    private static void beforeNextPut(Rig rig, Runnable action) {
        List<StoredItem> once = new ArrayList<>();
        rig.store.beforePut = put -> {
            rig.checkPredecessor(put);
            if (once.isEmpty()) {
                once.add(put);
                action.run();
            }
        };
    }

    @Test
    void l2_whenFenced_thenWhatOthersCommittedIsTakenOver() {
        Rig rig = Rig.counting();
        PartitionDriver slow = rig.environment();
        slow.apply(batch(item(1, "a", 10)));
        beforeNextPut(rig, () -> rig.environment().apply(batch(item(2, "a", 20), item(3, "a", 30))));

        assertThat(slow.apply(batch(item(2, "a", 20), item(3, "a", 30), item(4, "a", 40), item(5, "a", 150))))
                .isEqualTo(DONE);

        assertThat(rig.results()).containsExactly("a 0-100: 4");
        assertThat(rig.kinds()).hasSize(3);
    }

    @Test
    void l2_whenFencedByTheWholeBatch_thenNothingIsAppliedTwice() {
        Rig rig = Rig.counting();
        PartitionDriver slow = rig.environment();
        slow.apply(batch(item(1, "a", 10)));
        Batch batch = batch(item(2, "a", 20), item(3, "a", 30));
        beforeNextPut(rig, () -> rig.environment().apply(batch));

        slow.apply(batch);
        slow.apply(batch(item(4, "a", 150)));

        assertThat(rig.results()).containsExactly("a 0-100: 3");
    }

    @ParameterizedTest
    @EnumSource(
            value = Fate.class,
            names = {"LOST", "REPLY_LOST", "DELAYED"})
    void l2_whenTheOutcomeOfACommitIsUnknown_thenTheRedeliveryGivesExactResults(Fate fate) {
        Rig rig = Rig.counting();
        PartitionDriver environment = rig.environment();
        environment.apply(batch(item(1, "a", 10)));
        Batch batch = batch(item(2, "a", 20), item(3, "a", 30));
        rig.nextEntry(fate);
        assertThatThrownBy(() -> environment.apply(batch)).isInstanceOf(StateLogUnavailableException.class);

        environment.apply(batch);
        rig.store.landDelayed();
        environment.apply(batch);
        environment.apply(batch(item(4, "a", 150)));

        assertThat(rig.results()).containsExactly("a 0-100: 3");
    }

    @Test
    void l2_whenABatchThrows_thenTheNextBatchBeginsFromWhatIsCommitted() {
        Rig rig = Rig.counting();
        PartitionDriver environment = rig.environment();
        environment.apply(batch(item(1, "a", 10)));
        rig.emitter.before = outputs -> {
            throw new IllegalStateException("the sink is down");
        };
        Batch batch = batch(item(2, "a", 20), item(3, "a", 150));
        assertThatThrownBy(() -> environment.apply(batch)).hasMessage("the sink is down");
        rig.emitter.reset();

        // As bisected: the first half comes alone.
        environment.apply(batch(item(2, "a", 20)));
        environment.apply(batch);
        environment.apply(batch(item(4, "a", 250)));

        assertThat(rig.results()).containsExactly("a 0-100: 2", "a 100-200: 1");
    }

    @Test
    void l2_whenAResultCannotBeMade_thenWhatCameBeforeItIsNotKept() {
        List<String> broken = new ArrayList<>(List.of("broken"));
        Aggregation<Reading, ?, Reading> texts = Aggregations.reduce(
                (left, right) -> new Reading(left.key(), left.timeMillis(), left.text() + right.text()), Reading.CODEC);
        Rig rig = Rig.of(
                ErrorPolicy.FAIL,
                readings -> readings.keyByPartitionKey(Reading::key)
                        .window(Windows.tumbling(SIZE))
                        .aggregate(texts)
                        .peek(result -> {
                            if (!broken.isEmpty()) {
                                throw new IllegalStateException("broken");
                            }
                        })
                        .collect(new CollectingSink<>("results", new Rig.ResultText<>())));
        PartitionDriver environment = rig.environment();
        Batch batch = batch(item(1, "a", 10, "x"), item(2, "a", 20, "y"), item(3, "a", 150, "z"));
        assertThatThrownBy(() -> environment.apply(batch)).hasMessageContaining("cannot give its result");
        assertThatThrownBy(() -> environment.apply(batch)).hasMessageContaining("cannot give its result");
        assertThat(rig.kinds()).isEmpty();

        broken.clear();
        environment.apply(batch);

        assertThat(rig.results()).containsExactly("a 0-100: xy");
    }

    @Test
    void l2_whenOthersWriteAgainAndAgain_thenTheBatchIsGivenUpWithAReason() {
        Rig rig = Rig.counting();
        PartitionDriver slow = rig.environment();
        PartitionDriver fast = rig.environment();
        int[] next = {1};
        boolean[] busy = {false};
        rig.store.beforePut = put -> {
            if (!busy[0]) {
                busy[0] = true;
                fast.apply(batch(item(next[0], "a", next[0])));
                next[0]++;
                busy[0] = false;
            }
        };

        assertThatThrownBy(() -> slow.apply(batch(item(1_000, "a", 90))))
                .isInstanceOf(ContentionException.class)
                .hasMessageContaining("readings/source/shard-1")
                .hasMessageContaining("parallelization factor");
    }

    @Test
    void l4_entriesAreCutByOutputs() {
        Rig rig = Rig.of(
                ErrorPolicy.FAIL,
                readings -> readings.map(Reading::text).collect(new CollectingSink<>("results", Codecs.string())));
        rig.limits = new Limits(2, 1 << 20);

        rig.environment()
                .apply(batch(
                        item(1, "a", 1, "v"),
                        item(2, "a", 2, "w"),
                        item(3, "a", 3, "x"),
                        item(4, "a", 4, "y"),
                        item(5, "a", 5, "z")));

        assertThat(rig.store.committed.values().stream()
                        .map(entry -> entry.outbox().size()))
                .containsExactly(2, 2, 1);
        assertThat(rig.results()).containsExactly("v", "w", "x", "y", "z");
    }

    @Test
    void l4_entriesAreCutByBytesOfOutputs() {
        Rig rig = Rig.of(
                ErrorPolicy.FAIL,
                readings -> readings.map(Reading::text).collect(new CollectingSink<>("results", Codecs.string())));
        rig.limits = new Limits(1_000, 100);

        rig.environment()
                .apply(batch(item(1, "a", 1, "v".repeat(60)), item(2, "a", 2, "w".repeat(60)), item(3, "a", 3, "x")));

        assertThat(rig.store.committed.values().stream()
                        .map(entry -> entry.outbox().size()))
                .containsExactly(2, 1);
    }

    @Test
    void l4_crashBetweenCutsOfAFiring_losesAndDoublesNothing() {
        Batch batch = batch(
                item(1, "a", 10),
                item(2, "b", 20),
                item(3, "c", 30),
                item(4, "d", 40),
                item(5, "e", 150),
                item(6, "a", 160));
        for (long entry = 1; entry <= 3; entry++) {
            for (Fate fate : List.of(Fate.CRASH_BEFORE, Fate.CRASH_AFTER)) {
                Rig rig = Rig.counting();
                rig.limits = new Limits(1, 1 << 20);
                rig.entryWrite(entry, fate);
                assertThatThrownBy(() -> rig.environment().apply(batch)).isInstanceOf(Crash.class);

                assertThat(rig.environment().apply(batch)).isEqualTo(DONE);
                rig.environment().apply(batch(item(7, "a", 250)));

                assertThat(rig.results())
                        .as("%s at entry %d", fate, entry)
                        .containsExactly(
                                "a 0-100: 1", "b 0-100: 1", "c 0-100: 1", "d 0-100: 1", "a 100-200: 1", "e 100-200: 1");
            }
        }
    }

    @Test
    void l4_afterACrashBetweenCuts_aTickFinishesTheFirings() {
        Rig rig = Rig.counting();
        rig.limits = new Limits(1, 1 << 20);
        rig.entryWrite(2, Fate.CRASH_BEFORE);
        Batch batch = batch(item(1, "a", 10), item(2, "b", 20), item(3, "c", 30), item(4, "a", 150));
        assertThatThrownBy(() -> rig.environment().apply(batch)).isInstanceOf(Crash.class);
        assertThat(rig.results()).containsExactly("a 0-100: 1");

        rig.environment().tick(arrival(4), position -> false);

        assertThat(rig.results()).containsExactly("a 0-100: 1", "b 0-100: 1", "c 0-100: 1");
    }

    /** Keeps each key's last text, so that the state is as large as the texts. */
    private static Rig keeping(ErrorPolicy policy, int itemLimitBytes, int keyLimitBytes) {
        Rig rig = Rig.of(
                policy,
                readings -> readings.keyByPartitionKey(Reading::key)
                        .window(Windows.tumbling(Duration.ofSeconds(1)))
                        .aggregate(Aggregations.reduce((left, right) -> right, Reading.CODEC))
                        .collect(new CollectingSink<>("results", new Rig.ResultText<>())));
        rig.layout = settings -> settings.withLimits(itemLimitBytes, keyLimitBytes);
        return rig;
    }

    private static String noise(int length, long seed) {
        Random random = new Random(seed);
        StringBuilder noise = new StringBuilder();
        random.ints(length, '!', '~').filter(c -> c != ',').forEach(noise::appendCodePoint);
        return noise.toString();
    }

    @Test
    void l4_whenABatchDoesNotFitOneEntry_thenItIsHalvedUntilItsPartsDo() {
        Rig rig = keeping(ErrorPolicy.FAIL, 2_500, 2_000);
        BatchItem[] items = IntStream.rangeClosed(1, 20)
                .mapToObj(number -> item(number, "key-" + number, number, noise(700, number)))
                .toArray(BatchItem[]::new);

        assertThat(rig.environment().apply(batch(items))).isEqualTo(DONE);

        assertThat(rig.kinds()).hasSizeBetween(7, 20).containsOnly(Entry.Kind.BATCH);
        rig.environment().apply(batch(item(21, "key-1", 1_500, "end")));
        assertThat(rig.results())
                .hasSize(20)
                .anySatisfy(
                        text -> assertThat(text).startsWith("key-7 0-1000: ").endsWith(noise(700, 7)));
    }

    @ParameterizedTest
    @EnumSource(ErrorPolicy.class)
    void l4_whenOneKeysStateIsTooLarge_thenItsRecordFollowsThePolicy(ErrorPolicy policy) {
        whenOneRecordIsTooLarge(keeping(policy, 2_500, 900), policy, noise(1_200, 3), "key 'c'");
    }

    private static void whenOneRecordIsTooLarge(Rig rig, ErrorPolicy policy, String text, String named) {
        PartitionDriver environment = rig.environment();
        Batch batch = batch(
                item(1, "a", 10, "x"),
                item(2, "b", 20, "x"),
                item(3, "c", 30, text),
                item(4, "d", 40, "x"),
                item(5, "e", 50, "x"));

        BatchResult result = environment.apply(batch);

        if (policy == ErrorPolicy.FAIL) {
            assertThat(result).isInstanceOfSatisfying(BatchResult.FailedAt.class, failed -> {
                assertThat(failed.sequenceNumber()).isEqualTo("3");
                assertThat(failed.message()).contains(named);
            });
            assertThat(environment.counts()).isEmpty();
        } else {
            assertThat(result).isEqualTo(DONE);
            assertThat(environment.counts()).containsOnlyKeys(Reason.PROCESSING_FAILED);
        }
        environment.apply(batch(item(6, "a", 1_500, "end")));
        assertThat(rig.results())
                .containsExactlyInAnyOrderElementsOf(
                        policy == ErrorPolicy.FAIL
                                ? List.of("a 0-1000: x", "b 0-1000: x")
                                : List.of("a 0-1000: x", "b 0-1000: x", "d 0-1000: x", "e 0-1000: x"));
        assertThat(rig.letters())
                .isEqualTo(policy == ErrorPolicy.DEAD_LETTER ? List.of("processing-failed 3") : List.of());
    }

    @Test
    void l4_whenManyKeysAreForgottenAtOnce_thenThatTakesSeveralEntries() {
        Rig rig = Rig.of(
                ErrorPolicy.DEAD_LETTER,
                readings -> readings.keyByPartitionKey(Reading::key)
                        .window(Windows.tumbling(SIZE).withAllowedLateness(SIZE))
                        .aggregate(Aggregations.count())
                        .collect(new CollectingSink<>("results", new Rig.ResultText<>())));
        rig.limits = new Limits(40, 1 << 20);
        rig.layout = settings -> settings.withLimits(3_000, 2_500);
        PartitionDriver environment = rig.environment();
        int keys = 400;
        BatchItem[] items = IntStream.rangeClosed(1, keys)
                .mapToObj(number -> item(number, noise(20, number), 10))
                .toArray(BatchItem[]::new);
        environment.apply(batch(items));
        environment.apply(batch(item(keys + 1, "a", 100)));
        assertThat(rig.results()).hasSize(keys);

        // All are forgotten, which brings no output.
        assertThat(environment.apply(batch(item(keys + 2, "a", 210)))).isEqualTo(DONE);

        assertThat(environment.counts()).isEmpty();
        assertThat(rig.letters()).isEmpty();
    }

    @Test
    void l4_whenFiringsKeepMoreStateThanFitsAnEntry_thenEntriesGetSmaller() {
        // A final session is kept for late records, with a mark that it was sent: each firing rewrites its state.
        Rig rig = Rig.of(
                ErrorPolicy.DEAD_LETTER,
                readings -> readings.keyByPartitionKey(Reading::key)
                        .window(Windows.session(SIZE).withAllowedLateness(SIZE))
                        .aggregate(Aggregations.reduce((left, right) -> right, Reading.CODEC))
                        .collect(new CollectingSink<>("results", new Rig.ResultText<>())));
        rig.layout = settings -> settings.withLimits(3_000, 2_500);
        PartitionDriver environment = rig.environment();
        int keys = 40;
        for (int number = 1; number <= keys; number++) {
            assertThat(environment.apply(batch(item(number, "key" + number, 10, noise(200, number)))))
                    .isEqualTo(DONE);
        }

        assertThat(environment.apply(batch(item(keys + 1, "last", 170)))).isEqualTo(DONE);

        assertThat(environment.counts()).isEmpty();
        assertThat(rig.letters()).isEmpty();
        assertThat(rig.results()).hasSize(keys);
    }

    @Test
    void l4_whenACutOfFiringsIsTooLarge_thenTheNextRecordWaitsForAllFirings() {
        Rig rig = Rig.of(
                ErrorPolicy.DEAD_LETTER,
                readings -> readings.keyByPartitionKey(Reading::key)
                        .window(Windows.session(SIZE).withAllowedLateness(SIZE))
                        .aggregate(Aggregations.reduce((left, right) -> right, Reading.CODEC))
                        .collect(new CollectingSink<>("results", new Rig.ResultText<>())));
        rig.layout = settings -> settings.withLimits(3_000, 2_500);
        PartitionDriver environment = rig.environment();
        // In the order of keys: at first many fit an entry, and then fewer.
        for (int number = 1; number <= 40; number++) {
            String key = (number <= 20 ? "a" : "z") + number;
            assertThat(environment.apply(batch(item(number, key, 10, noise(number <= 20 ? 10 : 1_500, number)))))
                    .isEqualTo(DONE);
        }

        // The first record closes all sessions; the second would prolong one of them, had that not fired.
        environment.apply(batch(item(41, "last", 170), item(42, "z40", 105, "more")));

        assertThat(environment.counts()).isEmpty();
        assertThat(rig.results()).hasSize(40);
    }

    @ParameterizedTest
    @EnumSource(ErrorPolicy.class)
    void policies_aFailingRecordInTheMiddle(ErrorPolicy policy) {
        Rig rig = Rig.counting(policy);
        PartitionDriver environment = rig.environment();
        Batch batch =
                batch(item(1, "a", 10), item(2, "a", 20), item(3, "a", 30, "bad"), item(4, "a", 40), item(5, "a", 50));

        BatchResult result = environment.apply(batch);

        if (policy == ErrorPolicy.FAIL) {
            assertThat(result).isInstanceOfSatisfying(BatchResult.FailedAt.class, failed -> {
                assertThat(failed.sequenceNumber()).isEqualTo("3");
                assertThat(failed.message()).contains("bad reading");
            });
            assertThat(position(rig)).isEqualTo("2");
            // It stays so, and what was committed is not applied again.
            assertThat(environment.apply(batch)).isEqualTo(result);
            assertThat(environment.apply(batch(item(3, "a", 30, "bad"), item(4, "a", 40))))
                    .isEqualTo(result);
            assertThat(rig.kinds()).hasSize(1);
            // Mended, it goes on.
            environment.apply(batch(item(3, "a", 30), item(4, "a", 40), item(5, "a", 150)));
        } else {
            assertThat(result).isEqualTo(DONE);
            assertThat(position(rig)).isEqualTo("5");
            assertThat(environment.counts()).containsExactly(Map.entry(Reason.PROCESSING_FAILED, 1L));
            environment.apply(batch(item(6, "a", 150)));
        }

        assertThat(rig.results()).containsExactly("a 0-100: 4");
        assertThat(rig.letters())
                .isEqualTo(policy == ErrorPolicy.DEAD_LETTER ? List.of("processing-failed 3") : List.of());
    }

    private static String position(Rig rig) {
        Position position = rig.entry(rig.store.committed.size()).progress().position();
        return position == null ? "none" : position.sequenceNumber();
    }

    @Test
    void policies_aFailingRecordAtTheEnd_isPartOfThePosition() {
        Rig rig = Rig.counting(ErrorPolicy.SKIP);

        rig.environment().apply(batch(item(1, "a", 10), item(2, "a", 20, "bad")));

        assertThat(position(rig)).isEqualTo("2");
    }

    @Test
    void policies_whenTheFirstRecordFails_thenTheBatchFailsThereAndNothingIsWritten() {
        Rig rig = Rig.counting(ErrorPolicy.FAIL);

        BatchResult result = rig.environment().apply(batch(item(1, "a", 10, "bad"), item(2, "a", 20)));

        assertThat(result)
                .isInstanceOfSatisfying(
                        BatchResult.FailedAt.class,
                        failed -> assertThat(failed.sequenceNumber()).isEqualTo("1"));
        assertThat(rig.kinds()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(ErrorPolicy.class)
    void policies_aRecordThatFailsWithinAnAggregation_leavesNoTrace(ErrorPolicy policy) {
        Consumer<EventStream<Reading>> rest = readings -> {
            WindowedStream<String, Reading> keyed =
                    readings.keyByPartitionKey(Reading::key).window(Windows.tumbling(SIZE));
            keyed.aggregate(Aggregations.count()).collect(new CollectingSink<>("results", new Rig.ResultText<>()));
            keyed.aggregate(Aggregations.sumLong(reading -> Long.parseLong(reading.text())))
                    .collect(new CollectingSink<>("sums", new Rig.ResultText<>()));
        };
        Rig rig = Rig.of(policy, rest);
        PartitionDriver environment = rig.environment();

        BatchResult result = environment.apply(
                batch(item(1, "a", 10, "1"), item(2, "a", 20, "2"), item(3, "a", 30, "many"), item(4, "a", 40, "4")));
        assertThat(result instanceof BatchResult.FailedAt).isEqualTo(policy == ErrorPolicy.FAIL);
        environment.apply(batch(item(5, "a", 150, "0")));

        int counted = policy == ErrorPolicy.FAIL ? 2 : 3;
        assertThat(rig.results()).containsExactly("a 0-100: " + counted);
        assertThat(rig.emitter.outputs("collection:sums"))
                .containsExactly("a 0-100: " + (policy == ErrorPolicy.FAIL ? 3 : 7));
    }

    @Test
    void t2_anEventTimeTooFarAhead_isADeadLetterAndMovesNoWatermark() {
        Rig rig = Rig.counting();
        PartitionDriver environment = rig.environment();
        long farAhead = arrival(2) - BASE + Duration.ofDays(2).toMillis();

        environment.apply(batch(item(1, "a", 10), item(2, "a", farAhead), item(3, "a", 20)));

        assertThat(rig.letters()).containsExactly("future-event-time 2");
        assertThat(environment.progress().watermark()).isEqualTo(BASE + 20);
        environment.apply(batch(item(4, "a", 150)));
        assertThat(rig.results()).containsExactly("a 0-100: 2");
    }
}
