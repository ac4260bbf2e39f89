package dev.millrace.driver;

import static dev.millrace.driver.Rig.BASE;
import static dev.millrace.driver.Rig.arrival;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Windows;
import dev.millrace.driver.TestStream.Shard;
import dev.millrace.engine.Limits;
import dev.millrace.engine.Position;
import dev.millrace.engine.SourceRecord;
import dev.millrace.state.Entry;
import dev.millrace.state.FaultyStore.Crash;
import dev.millrace.state.FaultyStore.Fate;
import dev.millrace.state.ItemKey;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How shards that split and merge hand over their state: rules R1 to R3, and T1 after them. */
class ReshardingRulesTest {
    /** Of these the lower half of the hashes has "a" (0cc1...), and the upper half "b" (92eb...). */
    private static final String LOWER = "a";

    private static final String UPPER = "b";

    private final ReshardingRig rig = new ReshardingRig(Windows.tumbling(Rig.SIZE));
    private final TestStream stream = rig.stream;
    private final Shard root = stream.all().get(0);
    private final ReshardingRig.Environment one = rig.environment();
    private final ReshardingRig.Environment two = rig.environment();

    private List<Shard> splitRoot() {
        List<Shard> children = stream.split(root);
        assertThat(stream.of(LOWER)).isEqualTo(children.get(0));
        assertThat(stream.of(UPPER)).isEqualTo(children.get(1));
        return children;
    }

    @Test
    void whenAShardSplits_thenItsOpenWindowsGoOnInItsChildren() {
        stream.put(LOWER, 10);
        stream.put(UPPER, 20);
        one.deliver(root);
        List<Shard> children = splitRoot();
        stream.put(LOWER, 30);
        stream.put(LOWER, 110);
        stream.put(UPPER, 120);

        children.forEach(two::deliver);

        assertThat(rig.results()).containsExactly("a 0-100: 2", "b 0-100: 1");
    }

    @Test
    void r1_whenAParentIsNotDrained_thenNothingBegins() {
        stream.put(LOWER, 10);
        one.deliver(root);
        stream.put(LOWER, 20);
        Shard child = splitRoot().get(0);

        assertThatThrownBy(() -> two.tick(child, BASE))
                .isInstanceOf(NotDrainedException.class)
                .hasMessageContaining(root.id);

        assertThat(rig.hasLog(child)).isFalse();
        assertThat(rig.log(root).tip()).isEqualTo(1);
        one.deliver(root);
        two.tick(child, BASE);
        assertThat(rig.hasLog(child)).isTrue();
    }

    @Test
    void r1_whenOneOfTwoParentsIsNotDrained_thenTheOtherIsNotSealed() {
        List<Shard> children = splitRoot();
        stream.put(LOWER, 10);
        stream.put(UPPER, 10);
        one.deliver(children.get(0));
        Shard merged = stream.merge(children.get(0), children.get(1));

        assertThatThrownBy(() -> one.tick(merged, BASE)).isInstanceOf(NotDrainedException.class);

        // A closed shard is not idle at its end: what came after is in its child, and is not to be late.
        one.tick(children.get(0), ReshardingRig.FAR);
        assertThat(rig.results()).isEmpty();
        one.deliver(children.get(1));
        stream.put(LOWER, 20);
        one.deliver(merged);
        one.tick(merged, ReshardingRig.FAR);
        assertThat(rig.results()).contains("a 0-100: 2");
    }

    @Test
    void r1_insideAnAggregatedRecord_aParentIsNotDrained() {
        byte[] data = new Reading(LOWER, BASE + 10, "x").encoded();
        one.apply(root, List.of(BatchItem.of(new SourceRecord(LOWER, data, new Position("1", 0, true), arrival(1)))));
        Shard child = splitRoot().get(0);

        assertThatThrownBy(() -> one.tick(child, BASE)).isInstanceOf(NotDrainedException.class);
        assertThat(stream.proofs).isEmpty();
    }

    @Test
    void r1_whenAParentHasNoLog_thenItIsTakenOverFirst() {
        stream.put(LOWER, 10);
        one.deliver(root);
        Shard child = splitRoot().get(0);
        Shard grandchild = stream.split(child).get(0);
        stream.put(LOWER, 110);

        one.deliver(grandchild);

        assertThat(rig.results()).containsExactly("a 0-100: 1");
        assertThat(rig.log(child).tipEntry()).extracting(Entry::kind).isEqualTo(Entry.Kind.SEAL);
    }

    @Test
    void r1_whenAParentIsGoneFromTheList_thenItIsNone() {
        Shard child = splitRoot().get(0);
        stream.forget(root);
        stream.put(LOWER, 10);

        one.deliver(child);

        assertThat(rig.log(child).header().startNumber()).isZero();
        assertThat(rig.log(child).tip()).isEqualTo(1);
    }

    @Test
    void r1_whenAParentGoesDuringTheTakeover_thenItsStateIsNotLeftOut() {
        stream.put(LOWER, 10);
        one.deliver(root);
        Shard child = splitRoot().get(0);
        crashAt(child, ItemKey.Kind.BUCKET, Fate.CRASH_BEFORE);
        assertThatThrownBy(() -> one.tick(child, BASE)).isInstanceOf(Crash.class);
        stream.forget(root);

        assertThatIllegalStateException()
                .isThrownBy(() -> two.tick(child, BASE))
                .withMessageContaining(root.id);
    }

    @Test
    void r1_whenAShardIsNotListed_thenItDoesNotBegin() {
        Shard child = splitRoot().get(0);
        stream.forget(child);

        assertThatIllegalStateException()
                .isThrownBy(() -> one.tick(child, BASE))
                .withMessageContaining(child.id);
        assertThat(rig.hasLog(child)).isFalse();
    }

    @Test
    void r1_onceALogHasBegun_nothingIsProvenAgain() {
        stream.put(LOWER, 10);
        one.deliver(root);
        Shard child = splitRoot().get(0);
        one.tick(child, BASE);
        assertThat(stream.proofs).containsExactly(root.id);
        stream.put(LOWER, 20);

        one.deliver(child);
        two.tick(child, BASE);

        assertThat(stream.proofs).hasSize(1);
    }

    @Test
    void r2_whenAParentIsSealed_thenAZombieChangesNothing() {
        stream.put(LOWER, 10);
        one.deliver(root);
        Shard child = splitRoot().get(0);
        two.tick(child, BASE);
        long sealed = rig.log(root).tip();

        one.tick(root, ReshardingRig.FAR);
        assertThat(one.apply(root, root.records)).isEqualTo(new BatchResult.Done());

        assertThat(rig.log(root).tip()).isEqualTo(sealed);
        assertThat(rig.results()).isEmpty();
    }

    @Test
    void r2_whenAZombieIsAboutToCommit_thenTheSealFencesIt() {
        stream.put(LOWER, 10);
        one.deliver(root);
        Shard child = splitRoot().get(0);
        // The tick has read the log and found the shard idle when the child is taken over.
        PartitionDriver zombie = one.use(root.id, driver -> driver);

        zombie.tick(ReshardingRig.FAR, position -> {
            two.tick(child, BASE);
            return true;
        });

        assertThat(rig.results()).isEmpty();
        assertThat(rig.log(root).tipEntry()).extracting(Entry::kind).isEqualTo(Entry.Kind.SEAL);
        stream.put(LOWER, 110);
        two.deliver(child);
        assertThat(rig.results()).containsExactly("a 0-100: 1");
    }

    @Test
    void r2_whatIsDueInAParent_isDoneBeforeItsSeal() {
        rig.limits = new Limits(1, 1 << 20);
        for (String key : List.of("a", "b", "c", "d")) {
            stream.put(key, 10);
        }
        one.deliver(root);
        stream.put(LOWER, 110);
        rig.emitter.after = outputs -> {
            throw new Crash();
        };
        assertThatThrownBy(() -> one.deliver(root)).isInstanceOf(Crash.class);
        rig.emitter.reset();
        root.done = root.records.size();
        List<Shard> children = splitRoot();

        children.forEach(child -> two.tick(child, BASE));

        assertThat(rig.results()).containsExactlyInAnyOrder("a 0-100: 1", "b 0-100: 1", "c 0-100: 1", "d 0-100: 1");
        long sealed = rig.log(root).tip();
        assertThat(children)
                .allSatisfy(child -> assertThat(rig.log(child).tip()).isEqualTo(sealed));
    }

    @Test
    void r2_whenARecordComesAfterASeal_thenItIsNotPassedOverSilently() {
        stream.put(LOWER, 10);
        one.deliver(root);
        Shard child = splitRoot().get(0);
        one.tick(child, BASE);
        BatchItem later = Rig.item(99, LOWER, 20);

        assertThatIllegalStateException()
                .isThrownBy(() -> one.apply(root, List.of(root.records.get(0), later)))
                .withMessageContaining("sequence number 99");
    }

    @Test
    void r3_whereverATakeoverStops_anotherEnvironmentFinishesIt() {
        for (Fate fate : List.of(Fate.CRASH_BEFORE, Fate.CRASH_AFTER, Fate.LOST, Fate.REPLY_LOST, Fate.DELAYED)) {
            int puts = 1;
            while (takeoverThatStopsAt(puts, fate)) {
                puts++;
            }
            // The seal, the header and four buckets.
            assertThat(puts).as("puts of a takeover").isEqualTo(7);
        }
    }

    private static boolean takeoverThatStopsAt(int number, Fate fate) {
        ReshardingRig rig = new ReshardingRig(Windows.tumbling(Rig.SIZE));
        Shard root = rig.stream.all().get(0);
        rig.stream.put(LOWER, 10);
        rig.stream.put(UPPER, 20);
        rig.environment().deliver(root);
        Shard child = rig.stream.split(root).get(0);
        int[] puts = {0};
        rig.store.fate = item -> ++puts[0] == number ? fate : Fate.ANSWERED;
        boolean stopped = false;
        try {
            rig.environment().tick(child, BASE);
        } catch (RuntimeException e) {
            stopped = true;
        }
        rig.store.fate = item -> Fate.ANSWERED;
        rig.stream.put(LOWER, 110);
        rig.environment().deliver(child);
        // What was on its way arrives late, and changes nothing.
        rig.store.landDelayed();
        rig.stream.put(LOWER, 210);
        rig.environment().deliver(child);
        assertThat(rig.results()).containsExactly("a 0-100: 1", "a 100-200: 1");
        return stopped;
    }

    @Test
    void r3_whenTwoTakeOverAtOnce_thenTheyBeginTheSameLog() {
        stream.put(LOWER, 10);
        one.deliver(root);
        Shard child = splitRoot().get(0);
        stream.put(LOWER, 110);
        boolean[] met = {false};
        rig.store.beforePut = item -> {
            if (item.key().kind() == ItemKey.Kind.BUCKET && !met[0]) {
                met[0] = true;
                two.deliver(child);
            }
        };

        one.tick(child, BASE);

        assertThat(met[0]).isTrue();
        assertThat(rig.results()).containsExactly("a 0-100: 1");
        stream.put(LOWER, 210);
        one.deliver(child);
        assertThat(rig.results()).containsExactly("a 0-100: 1", "a 100-200: 1");
    }

    @Test
    void r3_aChildsNumbers_comeAfterThoseOfItsParents() {
        List<Shard> children = splitRoot();
        for (int i = 0; i < 5; i++) {
            stream.put(UPPER, 100L * i);
            one.deliver(children.get(1));
        }
        stream.put(LOWER, 10);
        one.deliver(children.get(0));
        Shard merged = stream.merge(children.get(0), children.get(1));
        stream.put(UPPER, 600);

        one.deliver(merged);

        long sealed = rig.log(children.get(1)).tip();
        assertThat(rig.log(children.get(0)).tip()).isLessThan(sealed);
        assertThat(rig.log(merged).tip()).isEqualTo(sealed + 1);
    }

    private void crashAt(Shard shard, ItemKey.Kind kind, Fate fate) {
        rig.store.fate = item ->
                item.key().kind() == kind && item.key().partitionKey().contains(shard.id) ? fate : Fate.ANSWERED;
    }
}
