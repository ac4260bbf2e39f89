package dev.millrace.state;

import static dev.millrace.state.TestLogs.R;
import static dev.millrace.state.TestLogs.batchWithOutputs;
import static dev.millrace.state.TestLogs.bytes;
import static dev.millrace.state.TestLogs.caughtUp;
import static dev.millrace.state.TestLogs.cells;
import static dev.millrace.state.TestLogs.commit;
import static dev.millrace.state.TestLogs.commitTimes;
import static dev.millrace.state.TestLogs.put;
import static dev.millrace.state.TestLogs.remove;
import static dev.millrace.state.TestLogs.small;
import static dev.millrace.state.TestLogs.tipEntry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.engine.KeyedState;
import dev.millrace.engine.Output;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Rules L3 and B3 of the protocol: each test fails without the code of the rule it names. */
class CatchUpRulesTest {
    private final FaultyStore store = new FaultyStore();
    private final LogName name = TestLogs.name("shard-1");
    private final StateLog one = caughtUp(store, name, small("one"));
    private final StateLog two = caughtUp(store, name, small("two"));

    @Test
    void l3_whenReadsAreStale_thenTheFenceTellsAndTheRestOfTheInvocationReadsStrongly() {
        commitTimes(2, one);
        store.lag = key -> 1;
        two.beginInvocation();
        assertThat(two.catchUp().entries()).isZero();
        assertThat(commit(two, put("a", "stale"))).isEqualTo(new CommitResult.Fenced());

        assertThat(two.catchUp().entries()).isEqualTo(2);
        commitTimes(1, one);
        assertThat(two.catchUp().entries()).as("still strong").isEqualTo(1);
        assertThat(commit(two, put("a", "two"))).isEqualTo(new CommitResult.Committed(4));
        two.beginInvocation();
        commit(caughtUp(store, name, small("three")), put("a", "three"));
        assertThat(two.catchUp().entries()).as("may be stale again").isZero();
    }

    @Test
    void l3_whenOthersAreALapAhead_thenTheLogIsLoadedAgain() {
        commit(two, put("mine", "1"));
        one.catchUp();
        commitTimes(R + 3, one);

        CatchUp caught = two.catchUp();

        assertThat(caught.reloaded()).isTrue();
        assertThat(cells(two.state())).isEqualTo(cells(one.state()));
        assertThat(two.counters().loads()).isEqualTo(2);
    }

    @Test
    void l3_whenALappedWriterCommits_thenItIsFencedAndLoadsAgain() {
        commitTimes(R + 3, one);

        assertThat(commit(two, put("a", "behind"))).isEqualTo(new CommitResult.Fenced());
        assertThat(two.catchUp().reloaded()).isTrue();
        assertThat(commit(two, put("a", "two"))).isEqualTo(new CommitResult.Committed(R + 4));
    }

    @Test
    void l3_whenCatchingUpIsInterrupted_thenTheNextOneTellsOfAllChangedKeys() {
        commit(one, put("a", "1"));
        commit(one, put("b", "1"));
        commit(one, put("c", "1"));
        AtomicInteger reads = new AtomicInteger();
        store.beforeRead = key -> {
            if (reads.incrementAndGet() == 2) {
                throw new StateLogUnavailableException("unplugged", null);
            }
        };
        assertThatThrownBy(two::catchUp).isInstanceOf(StateLogUnavailableException.class);

        CatchUp caught = two.catchUp();

        assertThat(caught.changed())
                .containsExactlyInAnyOrder(
                        put("a", "").id(), put("b", "").id(), put("c", "").id());
        assertThat(caught.entries()).isEqualTo(3);
    }

    @Test
    void l3_whenCaughtUpAgain_thenOnlyKeysThatHaveChangedSinceAreTold() {
        commit(one, put("a", "1"));
        two.catchUp();
        commit(one, put("b", "1"));

        assertThat(two.catchUp().changed()).containsExactly(put("b", "").id());
        assertThat(two.catchUp().changed()).isEmpty();
        assertThat(two.counters().caughtUp()).isEqualTo(2);
        assertThat(one.counters().committed()).isEqualTo(2);
    }

    @Test
    void l3_whenCatchingUpIsInterruptedAndThenALapBehind_thenTheReloadTellsOfNoKeys() {
        commitTimes(2, one);
        AtomicInteger reads = new AtomicInteger();
        store.beforeRead = key -> {
            if (reads.incrementAndGet() == 2) {
                throw new StateLogUnavailableException("unplugged", null);
            }
        };
        assertThatThrownBy(two::catchUp).isInstanceOf(StateLogUnavailableException.class);
        store.reset();
        commitTimes(2 * R, one);

        CatchUp caught = two.catchUp();

        assertThat(caught.reloaded()).isTrue();
        assertThat(caught.changed()).isEmpty();
    }

    @Test
    void l3_whenFenced_thenTheEntryThatCameWithTheRefusalIsNotReadAgain() {
        commit(one, put("a", "one"));
        assertThat(commit(two, put("a", "two"))).isEqualTo(new CommitResult.Fenced());
        Usage before = store.usage();

        assertThat(two.catchUp().entries()).isEqualTo(1);

        assertThat(store.usage().since(before).reads().requests())
                .as("the empty slot after it")
                .isEqualTo(1);
    }

    @Test
    void l3_whenALoadHadToStartOver_thenTheRestOfTheInvocationReadsStrongly() {
        commitTimes(R, one);
        store.lag = key -> key.kind() == ItemKey.Kind.ENTRY ? 1 : 0;
        StateLog loaded = caughtUp(store, name, small("three"));
        commitTimes(1, one);

        assertThat(loaded.catchUp().entries()).isEqualTo(1);
    }

    @Test
    void b3_whenEveryBucketIsAsOfTheTip_thenALoadStillReadsTheTipAndItsOutbox() {
        one.commit(batchWithOutputs(one, new Output("out", bytes("x"))));
        for (int bucket = 0; bucket < one.header().allBuckets(); bucket++) {
            store.put(BucketCodec.encode(
                    ItemKey.bucket(name, one.header(), bucket),
                    one.tip(),
                    one.state().bucket(bucket)));
        }
        StateLog loaded = caughtUp(store, name, small("three"));

        assertThat(loaded.tipOutbox()).hasSize(1);
        assertThat(loaded.tipEmitted()).isFalse();
        assertThat(loaded.progress()).isEqualTo(one.progress());
    }

    @Test
    void b3_whenTheRingIsReadStalerThanTheBuckets_thenTheLoadStartsOverStrongly() {
        commitTimes(R, one);
        store.lag = key -> key.kind() == ItemKey.Kind.ENTRY ? 1 : 0;

        StateLog loaded = caughtUp(store, name, small("three"));

        assertThat(loaded.tip()).isEqualTo(R);
        assertThat(cells(loaded.state())).isEqualTo(cells(one.state()));
    }

    @Test
    void b3_whenAWriterLapsTheLoader_thenTheLoadStartsOver() {
        commitTimes(3, one);
        AtomicInteger reads = new AtomicInteger();
        store.beforeRead = key -> {
            if (key.kind() == ItemKey.Kind.ENTRY && reads.incrementAndGet() == 1) {
                store.reset();
                commitTimes(2 * R, one);
            }
        };
        StateLog loaded = caughtUp(store, name, small("three"));

        assertThat(loaded.tip()).isEqualTo(one.tip());
        assertThat(cells(loaded.state())).isEqualTo(cells(one.state()));
    }

    @Test
    void b3_whenAWriterLapsTheLoaderOfAnEmptyLog_thenTheLoadStartsOver() {
        AtomicInteger reads = new AtomicInteger();
        store.beforeRead = key -> {
            if (key.kind() == ItemKey.Kind.ENTRY && reads.incrementAndGet() == 1) {
                store.reset();
                commitTimes(R + 1, one);
            }
        };
        StateLog loaded = caughtUp(store, name, small("three"));

        assertThat(loaded.tip()).isEqualTo(R + 1);
        assertThat(cells(loaded.state())).isEqualTo(cells(one.state()));
    }

    @Test
    void b3_whenAKeyIsRemoved_thenItStaysRemovedAfterALoad() {
        commit(one, put("a", "1"), put("b", "1"));
        commit(one, remove("a"));
        for (int lap = 0; lap < 2 * R; lap++) {
            commit(one, put("c", "" + lap));
        }

        assertThat(cells(caughtUp(store, name, small("three")).state()))
                .isEqualTo(cells(one.state()))
                .hasSize(2);
    }

    @Test
    void r3_whenALogHasParentsAndABucketIsMissing_thenItIsNotTakenForEmpty() {
        LogName child = TestLogs.name("shard-2");
        Header header = new Header(1, 1, R, 1, 40, 700, 800, List.of());
        store.put(HeaderCodec.encode(child, header));
        KeyedState state = new KeyedState(1);
        state.apply(put("a", "1"));
        store.put(BucketCodec.encode(ItemKey.bucket(child, header, 0), 40, state.bucket(0)));
        StateLog log = new StateLog(store, child, small("three"));
        assertThatThrownBy(log::catchUp).isInstanceOf(StateLogUnavailableException.class);
        assertThatIllegalStateException().isThrownBy(log::state);

        store.put(BucketCodec.encode(ItemKey.bucket(child, header, 1), 40, state.bucket(1)));
        log.catchUp();

        assertThat(log.tip()).isEqualTo(40);
        assertThat(log.progress().watermark()).isEqualTo(700);
        assertThat(log.tipEmitted()).isTrue();
        assertThat(commit(log, put("b", "2"))).isEqualTo(new CommitResult.Committed(41));
        assertThat(cells(caughtUp(store, child, small("four")).state())).hasSize(2);
    }

    @Test
    void r3_whenATakeoverIsNotFinished_thenWhoOnlyReadsIsToldSo() {
        LogName child = TestLogs.name("shard-3");
        store.put(HeaderCodec.encode(child, new Header(1, 1, R, 1, 40, 700, 800, List.of())));

        assertThatThrownBy(() -> StateLogReader.read(store, child))
                .isInstanceOf(StateLogUnavailableException.class)
                .hasMessageContaining("not all of its buckets are there yet");
    }

    @Test
    void b3_whenALoadFindsAllAtOnce_thenWhatFollowsIsReadEventually() {
        commitTimes(2, one);
        StateLog loaded = caughtUp(store, name, small("three"));
        Usage before = store.usage();
        loaded.catchUp();

        assertThat(store.usage().since(before).reads()).isEqualTo(new Usage.Count(1, 0.5));
    }

    @Test
    void whenOneReads_thenNothingIsWrittenAndAnAbsentLogIsEmpty() {
        commitTimes(R + 2, one);
        int written = store.landed.size();

        LogContents contents = StateLogReader.read(store, name).orElseThrow();

        assertThat(contents.tip()).isEqualTo(R + 2);
        assertThat(contents.tipEntry()).usingRecursiveComparison().isEqualTo(tipEntry(one));
        assertThat(contents.stamps()).hasSize(one.header().allBuckets()).allMatch(stamp -> stamp.stamp() > 2);
        assertThat(contents.tailEntries()).isBetween(1, R);
        assertThat(StateLogReader.read(store, TestLogs.name("none"))).isEmpty();
        assertThat(StateLogReader.exists(store, TestLogs.name("none"))).isFalse();
        assertThat(StateLogReader.exists(store, name)).isTrue();
        StoredItem last = store.now(ItemKey.slot(name, one.header(), R + 2));
        assertThat(StateLogReader.entry(Objects.requireNonNull(last)))
                .usingRecursiveComparison()
                .isEqualTo(tipEntry(one));
        assertThat(store.landed).hasSize(written);
    }
}
