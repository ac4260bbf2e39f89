package dev.millrace.state;

import static dev.millrace.state.TestLogs.B;
import static dev.millrace.state.TestLogs.R;
import static dev.millrace.state.TestLogs.batch;
import static dev.millrace.state.TestLogs.batchWithOutputs;
import static dev.millrace.state.TestLogs.bytes;
import static dev.millrace.state.TestLogs.caughtUp;
import static dev.millrace.state.TestLogs.cells;
import static dev.millrace.state.TestLogs.commit;
import static dev.millrace.state.TestLogs.commitTimes;
import static dev.millrace.state.TestLogs.noise;
import static dev.millrace.state.TestLogs.payloads;
import static dev.millrace.state.TestLogs.put;
import static dev.millrace.state.TestLogs.small;
import static dev.millrace.state.TestLogs.tipEntry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.engine.Changes;
import dev.millrace.engine.Output;
import dev.millrace.engine.Progress;
import dev.millrace.state.FaultyStore.Fate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules L1, L2, L4, E2 and E4 of the protocol: each test fails without the code of the rule it names. */
class CommitRulesTest {
    private final FaultyStore store = new FaultyStore();
    private final LogName name = TestLogs.name("shard-1");
    private final StateLog one = caughtUp(store, name, small("one"));
    private final StateLog two = caughtUp(store, name, small("two"));

    @Test
    void l1_whenADelayedPutArrivesAfterOthersWentOn_thenItIsRefused() {
        store.fate = item -> Fate.DELAYED;
        assertThatThrownBy(() -> one.commit(batch(one, put("a", "late"))))
                .isInstanceOf(StateLogUnavailableException.class);
        store.reset();
        commit(two, put("a", "two"));
        store.landDelayed();
        one.catchUp();

        assertThat(cells(one.state())).containsValue("two").isEqualTo(cells(two.state()));
    }

    @Test
    void l1_whenADelayedPutArrivesALapLater_thenItIsRefused() {
        store.fate = item -> Fate.DELAYED;
        assertThatThrownBy(() -> one.commit(batch(one, put("a", "late"))))
                .isInstanceOf(StateLogUnavailableException.class);
        store.reset();
        commitTimes(R + 1, two);
        store.landDelayed();

        assertThat(StateLogReader.read(store, name).orElseThrow().tip()).isEqualTo(R + 1);
    }

    @Test
    void l2_whenACommitIsFenced_thenNothingOfItStaysAndCatchingUpComesFirst() {
        commit(two, put("a", "two"));

        assertThat(one.commit(batch(one, put("b", "one")))).isEqualTo(new CommitResult.Fenced());
        assertThat(cells(one.state())).isEmpty();
        assertThat(one.progress()).isEqualTo(Progress.NONE);
        assertThatIllegalStateException()
                .isThrownBy(() -> one.commit(batch(one, put("b", "one"))))
                .withMessageContaining("catch up");
        one.catchUp();
        assertThat(cells(one.state())).isEqualTo(cells(two.state()));
        assertThat(one.counters().fenced()).isEqualTo(1);
    }

    @Test
    void l2_whenTheReplyIsLost_thenCatchingUpFindsTheEntryAndItsOutboxIsNotYetEmitted() {
        store.fate = item -> Fate.REPLY_LOST;
        Changes changes = batchWithOutputs(one, new Output("out", bytes("result")));
        assertThatThrownBy(() -> one.commit(changes)).isInstanceOf(StateLogUnavailableException.class);
        store.reset();
        assertThat(one.tip()).isZero();
        assertThatIllegalStateException().isThrownBy(() -> one.commit(batch(one)));

        assertThat(one.catchUp().entries()).isEqualTo(1);
        assertThat(one.progress()).isEqualTo(changes.progress());
        assertThat(one.tipEmitted()).isFalse();
        assertThat(payloads(one.tipOutbox())).isEqualTo(payloads(changes.outbox()));
    }

    @Test
    void l2_whenTheRequestIsLost_thenTheSameBatchCommitsAfterCatchingUp() {
        store.fate = item -> Fate.LOST;
        assertThatThrownBy(() -> one.commit(batch(one, put("a", "1"))))
                .isInstanceOf(StateLogUnavailableException.class);
        store.reset();
        assertThat(cells(one.state())).isEmpty();
        assertThat(one.catchUp().entries()).isZero();

        assertThat(commit(one, put("a", "1"))).isEqualTo(new CommitResult.Committed(1));
    }

    @Test
    void e2_whenTheLastOutboxIsNotKnownEmitted_thenNothingIsCommitted() {
        one.commit(batchWithOutputs(one, new Output("out", bytes("x"))));
        assertThat(one.tipEmitted()).isFalse();
        assertThatIllegalStateException()
                .isThrownBy(() -> one.commit(batch(one)))
                .withMessageContaining("E2");
        two.catchUp();
        assertThatIllegalStateException().isThrownBy(() -> two.commit(batch(two)));
        one.markTipEmitted();
        assertThat(one.commit(batch(one))).isEqualTo(new CommitResult.Committed(2));
        assertThat(one.tipEmitted()).as("an empty outbox").isTrue();
    }

    @Test
    void e2_whenALogIsReloadedAtTheSameTip_thenWhatThisLifeEmittedStaysEmitted() {
        one.commit(batchWithOutputs(one, new Output("out", bytes("x"))));
        one.markTipEmitted();
        one.catchUp();

        assertThat(one.tipEmitted()).isTrue();
    }

    @Test
    void e4_whenThePositionAdvances_thenTheKindIsBatchAndOtherwiseTick() {
        one.commit(batch(one));
        assertThat(tipEntry(one).kind()).isEqualTo(Entry.Kind.BATCH);
        Progress now = one.progress();
        one.commit(new Changes(
                new Progress(now.position(), now.arrivalMillis(), now.recordWatermark(), now.watermark() + 5),
                List.of(put("a", "1")),
                List.of()));

        assertThat(tipEntry(one).kind()).isEqualTo(Entry.Kind.TICK);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> one.commit(new Changes(Progress.NONE, List.of(), List.of())))
                .withMessageContaining("go back");
        Progress last = one.progress();
        for (Progress back : List.of(
                new Progress(null, last.arrivalMillis(), last.recordWatermark(), last.watermark()),
                new Progress(last.position(), last.arrivalMillis(), last.recordWatermark(), last.watermark() - 1))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> one.commit(new Changes(back, List.of(), List.of())))
                    .withMessageContaining("go back");
        }
    }

    @Test
    void l4_whenAnotherWinsTheNumber_thenItsOutputsStayAndTheLosersAreDeleted() {
        Output[] mine = large(1);
        Output[] theirs = large(2);
        store.beforePut = item -> {
            if (item.key().kind() == ItemKey.Kind.ENTRY) {
                store.reset();
                two.commit(batchWithOutputs(two, theirs));
            }
        };
        StateLog loser = one;
        assertThat(loser.commit(batchWithOutputs(loser, mine))).isEqualTo(new CommitResult.Fenced());
        ItemKey losersItem = ItemKey.output(name, loser.header(), 1, "one", 0);
        assertThat(store.now(losersItem)).isNotNull();
        loser.catchUp();
        loser.writeDueBuckets();

        assertThat(payloads(loser.tipOutbox())).isEqualTo(payloads(List.of(theirs)));
        assertThat(store.now(losersItem)).isNull();
    }

    @Test
    void l4_whenARepeatedPutIsRefusedByItsOwnEntry_thenItsOutputsStay() {
        Output[] output = large(1);
        store.beforePut = item -> {
            if (item.key().kind() == ItemKey.Kind.ENTRY) {
                store.reset();
                store.put(item);
            }
        };
        assertThat(one.commit(batchWithOutputs(one, output))).isEqualTo(new CommitResult.Fenced());
        one.catchUp();
        one.writeDueBuckets();
        two.catchUp();

        assertThat(payloads(two.tipOutbox())).isEqualTo(payloads(List.of(output)));
    }

    @Test
    void l4_whenAnEarlierAttemptLandsAfterALaterOneWroteItsOutputs_thenItStillFindsItsOwn() {
        Output[] first = large(1);
        Output[] second = large(2);
        store.fate = item -> item.key().kind() == ItemKey.Kind.ENTRY ? Fate.DELAYED : Fate.ANSWERED;
        assertThatThrownBy(() -> one.commit(batchWithOutputs(one, first)))
                .isInstanceOf(StateLogUnavailableException.class);
        one.catchUp();
        store.reset();
        store.beforePut = item -> {
            if (item.key().kind() == ItemKey.Kind.ENTRY) {
                store.reset();
                store.landDelayed();
            }
        };
        assertThat(one.commit(batchWithOutputs(one, second))).isEqualTo(new CommitResult.Fenced());
        one.catchUp();
        one.writeDueBuckets();
        two.catchUp();

        assertThat(payloads(two.tipOutbox())).isEqualTo(payloads(List.of(first)));
    }

    @Test
    void l4_whenALostAttemptIsFollowedByOneWithOtherOutputs_thenTheEntryFindsItsOwnAndTheRestIsDeleted() {
        Output[] second = large(2);
        store.fate = item -> item.key().kind() == ItemKey.Kind.ENTRY ? Fate.LOST : Fate.ANSWERED;
        assertThatThrownBy(() -> one.commit(batchWithOutputs(one, large(1))))
                .isInstanceOf(StateLogUnavailableException.class);
        store.reset();
        one.catchUp();
        one.commit(batchWithOutputs(one, second));
        one.writeDueBuckets();
        two.catchUp();

        assertThat(payloads(two.tipOutbox())).isEqualTo(payloads(List.of(second)));
        assertThat(store.now(ItemKey.output(name, one.header(), 1, "one", 0))).isNull();
    }

    /** Two outputs that do not fit one entry. */
    private static Output[] large(int seed) {
        return new Output[] {new Output("out", noise(250_000, seed)), new Output("out", noise(250_000, -seed))};
    }

    @Test
    void l4_whenAnEntryOrAnOutputIsTooLarge_thenNothingIsWrittenAndTheLogGoesOn() {
        StateLog log = caughtUp(store, name, small("tight").withLimits(5_000, 100_000));
        int written = store.landed.size();
        Changes cells = batch(log, put("a", "x"), TestLogs.noisy("b", 3_000), TestLogs.noisy("c", 3_000));
        Changes output = batchWithOutputs(log, new Output("wide", noise(6_000, 1)));

        assertThatThrownBy(() -> log.commit(cells))
                .isInstanceOf(EntryTooLargeException.class)
                .hasMessageContaining("fewer records");
        assertThatThrownBy(() -> log.commit(output))
                .isInstanceOfSatisfying(
                        OutputTooLargeException.class, e -> assertThat(e.sink()).isEqualTo("wide"));
        assertThat(store.landed).hasSize(written);
        assertThat(commit(log, put("a", "x"))).isEqualTo(new CommitResult.Committed(1));
    }

    @Test
    void whenALogIsSealed_thenNothingIsAccepted() {
        commit(one, put("a", "1"));
        Entry seal = new Entry(
                2, Entry.Kind.SEAL, "other", null, one.progress(), BucketTurn.START, List.of(), List.of(), List.of());
        store.put(EntryCodec.encode(ItemKey.slot(name, one.header(), 2), seal));
        one.catchUp();

        assertThatThrownBy(() -> one.commit(batch(one, put("a", "2")))).isInstanceOf(LogSealedException.class);
    }

    @Test
    void whenTwoDeploymentsDisagreeOnTheLayout_thenTheHeaderWins() {
        StateLog other =
                caughtUp(store, name, StateLogSettings.of("other", null).withLayout(16, 64));
        commit(one, put("a", "1"));
        other.catchUp();
        commit(other, put("b", "2"));
        one.catchUp();

        assertThat(other.header()).isEqualTo(one.header());
        assertThat(other.state().buckets()).isEqualTo(B);
        assertThat(cells(caughtUp(store, name, small("later")).state()))
                .isEqualTo(cells(one.state()))
                .hasSize(2);
    }

    @Test
    void whenTwoDeploymentsBeginALogAtOnce_thenBothUseTheHeaderThatIsThere() {
        LogName fresh = TestLogs.name("fresh");
        store.beforePut = item -> {
            store.reset();
            caughtUp(store, fresh, small("first"));
        };
        StateLog second =
                caughtUp(store, fresh, StateLogSettings.of("second", null).withLayout(16, 64));

        assertThat(second.header().buckets()).isEqualTo(B);
        assertThat(second.state().buckets()).isEqualTo(B);
    }

    @Test
    void whenALogIsNew_thenItSaysSo() {
        StateLog log = new StateLog(store, TestLogs.name("new"), small("w"));
        assertThat(log.isLoaded()).isFalse();
        assertThat(log.counters().stateBytes()).isZero();
        log.catchUp();

        assertThat(log.isLoaded()).isTrue();
        assertThat(log.isSealed()).isFalse();
        assertThatIllegalStateException().isThrownBy(log::sealed).withMessageContaining("is not sealed");
        assertThat(log.epoch()).isEqualTo(1);
        assertThat(log.tipOutbox()).isEmpty();
    }
}
