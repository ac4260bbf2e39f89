package dev.millrace.driver;

import static dev.millrace.driver.Rig.BASE;
import static dev.millrace.driver.Rig.arrival;
import static dev.millrace.driver.Rig.batch;
import static dev.millrace.driver.Rig.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.engine.Limits;
import dev.millrace.engine.Position;
import dev.millrace.engine.SourceRecord;
import dev.millrace.state.Entry;
import dev.millrace.state.FaultyStore.Crash;
import dev.millrace.state.FaultyStore.Fate;
import dev.millrace.state.StateLogUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is emitted when: rules E1 to E5 of the state log. */
class EmittingRulesTest {
    private static final Duration KNOWN_PRESENT = Duration.ofHours(23);

    private final Rig rig = Rig.counting();

    /** Three records, the last of which closes the window of the others: entry 1, with one result. */
    private static final Batch FIRST = batch(item(1, "a", 10), item(2, "a", 20), item(3, "a", 150));
    /** Two more, which close nothing. */
    private static final Batch SECOND = batch(item(4, "a", 160), item(5, "a", 170));

    private static final String ID = "readings/source/shard-1/1/1/0";

    private void fail() {
        throw new IllegalStateException("the sink is down");
    }

    @Test
    void e1_whenTheCommitDoesNotTakePlace_thenNothingIsEmitted() {
        rig.nextEntry(Fate.LOST);

        assertThatThrownBy(() -> rig.environment().apply(FIRST)).isInstanceOf(StateLogUnavailableException.class);

        assertThat(rig.emitter.ids()).isEmpty();
    }

    @Test
    void e1_whenEmittedAgain_thenIdsAndContentsAreTheSame() {
        rig.emitter.after = outputs -> fail();
        assertThatThrownBy(() -> rig.environment().apply(FIRST)).hasMessage("the sink is down");
        rig.emitter.reset();

        rig.environment().apply(FIRST);

        assertThat(rig.emitter.emissions()).containsExactly(1L, 1L);
        assertThat(rig.emitter.ids()).containsExactly(ID);
        assertThat(rig.results()).containsExactly("a 0-100: 2");
    }

    @Test
    void e2_whenTheLastOutboxWasNotEmitted_thenNothingIsCommittedBeforeItIs() {
        rig.emitter.before = outputs -> fail();
        assertThatThrownBy(() -> rig.environment().apply(FIRST)).hasMessage("the sink is down");
        PartitionDriver next = rig.environment();

        assertThatThrownBy(() -> next.apply(batch(item(3, "a", 150), item(4, "a", 160))))
                .hasMessage("the sink is down");
        assertThat(rig.kinds()).hasSize(1);

        rig.emitter.reset();
        next.apply(batch(item(3, "a", 150), item(4, "a", 160)));
        assertThat(rig.kinds()).hasSize(2);
        assertThat(rig.emitter.emissions()).containsExactly(1L);
    }

    @Test
    void e2_whenAllRecordsAreCovered_thenNothingIsCommittedAndTheOutboxIsEmitted() {
        rig.emitter.before = outputs -> fail();
        PartitionDriver environment = rig.environment();
        assertThatThrownBy(() -> environment.apply(FIRST)).hasMessage("the sink is down");
        rig.emitter.reset();
        int writes = rig.store.landed.size();

        assertThat(environment.apply(FIRST)).isEqualTo(new BatchResult.Done());

        assertThat(rig.store.landed).hasSize(writes);
        assertThat(rig.results()).containsExactly("a 0-100: 2");
    }

    @Test
    void e2_whenTheReplyOfTheCommitIsLost_thenTheRedeliveryEmits() {
        rig.nextEntry(Fate.REPLY_LOST);
        PartitionDriver environment = rig.environment();
        assertThatThrownBy(() -> environment.apply(FIRST)).isInstanceOf(StateLogUnavailableException.class);
        assertThat(rig.results()).isEmpty();

        environment.apply(FIRST);

        assertThat(rig.kinds()).hasSize(1);
        assertThat(rig.emitter.ids()).containsExactly(ID);
    }

    @Test
    void e3_whenThisLifeEmittedIt_thenNotAgain() {
        PartitionDriver environment = rig.environment();
        environment.apply(FIRST);

        environment.apply(FIRST);
        environment.tick(arrival(3), position -> false);

        assertThat(rig.emitter.emissions()).containsExactly(1L);
    }

    @Test
    void e3_whenTheMappingHasMovedPast_thenNotAgain() {
        rig.environment().apply(FIRST);

        rig.environment().apply(SECOND);

        assertThat(rig.emitter.emissions()).containsExactly(1L);
    }

    @Test
    void e3_whenTheEntryIsOfAnotherMapping_thenAgain() {
        rig.environment().apply(FIRST);
        rig.mappingId = "mapping-2";

        rig.environment().apply(SECOND);

        assertThat(rig.emitter.emissions()).containsExactly(1L, 1L);
    }

    @Test
    void e3_whenTheMappingLimitsRetries_thenAgain() {
        rig.environment().apply(FIRST);
        rig.retriesForever = false;

        rig.environment().apply(SECOND);

        assertThat(rig.emitter.emissions()).containsExactly(1L, 1L);
    }

    @Test
    void e3_whenTheRecordMayHaveExpired_thenAgain() {
        rig.environment().apply(FIRST);

        rig.environment().apply(new Batch(SECOND.items(), arrival(3) + KNOWN_PRESENT.toMillis() - 1));
        assertThat(rig.emitter.emissions()).containsExactly(1L);

        Rig other = Rig.counting();
        other.environment().apply(FIRST);
        other.environment().apply(new Batch(SECOND.items(), arrival(3) + KNOWN_PRESENT.toMillis()));
        assertThat(other.emitter.emissions()).containsExactly(1L, 1L);
    }

    @Test
    void e3_whenTheBatchStartsAtThePosition_thenAgain() {
        rig.environment().apply(FIRST);

        rig.environment().apply(batch(item(3, "a", 150), item(4, "a", 160)));

        assertThat(rig.emitter.emissions()).containsExactly(1L, 1L);
        assertThat(rig.kinds()).hasSize(2);
    }

    @Test
    void e3_whenTheBatchStartsBeforeThePosition_thenAgain_thoughItsFirstRecordsAreDropped() {
        rig.environment().apply(FIRST);

        rig.environment().apply(batch(item(2, "a", 20), item(3, "a", 150), item(4, "a", 160)));

        assertThat(rig.emitter.emissions()).containsExactly(1L, 1L);
    }

    @Test
    void e3_whenTheBatchStartsWithMoreOfTheSameAggregatedRecord_thenAgain() {
        rig.environment().apply(FIRST);

        // Records of one aggregated record are delivered together, so this batch began with record 3 as well.
        BatchItem more = BatchItem.of(new SourceRecord(
                "a", new Reading("a", BASE + 160, "x").encoded(), new Position("3", 1, false), arrival(3)));
        rig.environment().apply(batch(more));

        assertThat(rig.emitter.emissions()).containsExactly(1L, 1L);
    }

    @Test
    void e3_whenATickWroteTheEntry_thenAgain() {
        PartitionDriver environment = rig.environment();
        environment.apply(batch(item(1, "a", 10)));
        environment.tick(arrival(1) + 10_000 + 90, position -> true);
        assertThat(rig.kinds()).containsExactly(Entry.Kind.BATCH, Entry.Kind.TICK);
        assertThat(rig.results()).containsExactly("a 0-100: 1");

        rig.environment().apply(batch(item(2, "a", 250)));

        assertThat(rig.emitter.emissions()).startsWith(2L, 2L);
    }

    @Test
    void e4_whenABatchOnlyFinishesFirings_thenItsEntryIsATick() {
        rig.limits = new Limits(2, 1 << 20);
        Batch batch = batch(
                item(1, "a", 10),
                item(2, "b", 20),
                item(3, "c", 30),
                item(4, "d", 40),
                item(5, "e", 50),
                item(6, "a", 150));
        rig.entryWrite(2, Fate.CRASH_BEFORE);
        assertThatThrownBy(() -> rig.environment().apply(batch)).isInstanceOf(Crash.class);
        assertThat(rig.kinds()).containsExactly(Entry.Kind.BATCH);

        rig.environment().apply(batch);

        assertThat(rig.kinds()).containsExactly(Entry.Kind.BATCH, Entry.Kind.TICK, Entry.Kind.TICK);
        assertThat(rig.results()).containsExactly("a 0-100: 1", "b 0-100: 1", "c 0-100: 1", "d 0-100: 1", "e 0-100: 1");
        assertThat(rig.entry(3).progress().position())
                .isEqualTo(rig.entry(1).progress().position());
    }

    @Test
    void e4_whenATickFindsRecordsCommittedMeanwhile_thenItDoesNotClaimThem() {
        PartitionDriver slow = rig.environment();
        slow.apply(batch(item(1, "a", 10)));
        List<Long> once = new ArrayList<>();
        rig.store.beforePut = put -> {
            rig.checkPredecessor(put);
            if (once.isEmpty()) {
                once.add(put.number());
                rig.environment().apply(batch(item(2, "a", 20)));
            }
        };

        slow.tick(
                arrival(1) + 10_000 + 90,
                position -> Objects.requireNonNull(position).sequenceNumber().equals("1"));

        assertThat(rig.kinds()).containsExactly(Entry.Kind.BATCH, Entry.Kind.BATCH);
        assertThat(rig.results()).isEmpty();
    }

    @Test
    void e5_whenATickChangesNothing_thenItWritesNothingAndEmitsTheLastOutbox() {
        rig.environment().apply(FIRST);
        int writes = rig.store.landed.size();

        PartitionDriver other = rig.environment();
        other.tick(arrival(3), position -> true);
        assertThat(rig.emitter.emissions()).containsExactly(1L, 1L);
        other.tick(arrival(4), position -> true);

        assertThat(rig.emitter.emissions()).containsExactly(1L, 1L);
        assertThat(rig.store.landed).hasSize(writes);
    }

    @Test
    void e5_beforeTheFirstRecord_aTickWritesOnlyTheHeader() {
        PartitionDriver environment = rig.environment();

        environment.tick(BASE, position -> true);

        assertThat(rig.store.landed).hasSize(1);
        assertThat(rig.kinds()).isEmpty();
    }
}
