package dev.millrace.state;

import static dev.millrace.state.TestLogs.bytes;
import static dev.millrace.state.TestLogs.caughtUp;
import static dev.millrace.state.TestLogs.cells;
import static dev.millrace.state.TestLogs.commit;
import static dev.millrace.state.TestLogs.noise;
import static dev.millrace.state.TestLogs.payloads;
import static dev.millrace.state.TestLogs.put;
import static dev.millrace.state.TestLogs.small;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.engine.Changes;
import dev.millrace.engine.HashRange;
import dev.millrace.engine.Output;
import dev.millrace.engine.Position;
import dev.millrace.engine.Progress;
import dev.millrace.engine.RoutingHash;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every store must do, and a state log with it. */
public abstract class StateLogContract {
    private static final AtomicInteger PARTITIONS = new AtomicInteger();

    private final LogName name = TestLogs.name("shard-" + PARTITIONS.incrementAndGet());
    private final Header header = Header.first(8, 3);

    /** The store, which may hold logs of other tests. */
    protected abstract StateLogStore store();

    @Test
    void whenAPlaceHoldsTheSameOrALargerNumber_thenAPutIsRefusedAndTellsWhatIsThere() {
        StoredItem five = new StoredItem(ItemKey.slot(name, header, 5), 5, bytes("five"));
        StoredItem again = new StoredItem(five.key(), 5, bytes("again"));
        StoredItem thirteen = new StoredItem(five.key(), 13, bytes("thirteen"));

        assertThat(store().put(five)).isEqualTo(new PutResult.Landed(null));
        assertThat(store().put(again))
                .isInstanceOfSatisfying(
                        PutResult.Refused.class,
                        r -> assertThat(r.there())
                                .usingRecursiveComparison()
                                .ignoringFields("table")
                                .isEqualTo(five));
        assertThat(store().put(thirteen))
                .isInstanceOfSatisfying(
                        PutResult.Landed.class,
                        r -> assertThat(r.replaced())
                                .usingRecursiveComparison()
                                .ignoringFields("table")
                                .isEqualTo(five));
        assertThat(store().put(five))
                .isInstanceOfSatisfying(
                        PutResult.Refused.class,
                        r -> assertThat(r.there())
                                .usingRecursiveComparison()
                                .ignoringFields("table")
                                .isEqualTo(thirteen));
    }

    @Test
    void whenARunIsRead_thenItsItemsComeInOrderAndNoOthers() {
        for (int number : new int[] {6, 2, 4, 1}) {
            store().put(new StoredItem(ItemKey.slot(name, header, number), number, bytes("e" + number)));
        }

        ItemPage page = store().readRun(ItemKey.slot(name, header, 2), 4, Consistency.STRONG);

        assertThat(page.items()).extracting(StoredItem::number).containsExactly(2L, 4L);
        assertThat(page.next()).isEqualTo(6);
    }

    @Test
    void whenARunIsLargerThanARequest_thenThePagesTogetherHaveItAll() {
        Header wide = Header.first(64, 3);
        for (int number = 0; number < 12; number++) {
            store().put(new StoredItem(ItemKey.slot(name, wide, number), number, noise(200_000, number)));
        }
        List<Long> numbers = new ArrayList<>();
        for (long slot = 0; slot < 12; ) {
            ItemPage page = store().readRun(ItemKey.slot(name, wide, slot), (int) (12 - slot), Consistency.STRONG);
            page.items().forEach(item -> numbers.add(item.number()));
            slot = page.next();
        }

        assertThat(numbers).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L);
    }

    @Test
    void whenManyItemsAreReadAtOnce_thenThoseThatExistAreFound() {
        // More than DynamoDB takes in one request, and more than it answers in one.
        List<ItemKey> keys = new ArrayList<>();
        for (int bucket = 0; bucket < 110; bucket++) {
            keys.add(ItemKey.bucket(name, header, bucket));
            if (bucket % 10 != 0) {
                store().put(new StoredItem(keys.get(bucket), bucket, noise(200_000, bucket)));
            }
        }

        List<StoredItem> found = store().readAll(keys, Consistency.EVENTUAL);

        assertThat(found)
                .hasSize(99)
                .allSatisfy(item -> assertThat(item.body()).isEqualTo(noise(200_000, item.number())));
        assertThat(store().readAll(List.of(), Consistency.STRONG)).isEmpty();
    }

    @Test
    void whenALogHasSeveralHeaders_thenTheLargestEpochIsRead() {
        assertThat(store().readLast(ItemKey.header(name, 0), Consistency.STRONG))
                .isEmpty();
        for (long epoch : new long[] {1, 10, 9}) {
            store().put(HeaderCodec.encode(name, new Header(1, epoch, 8, 3, 0, 0, 0, List.of())));
        }

        assertThat(LogLoader.header(store(), name, Consistency.STRONG))
                .hasValueSatisfying(found -> assertThat(found.epoch()).isEqualTo(10));
    }

    @Test
    void whenAnItemIsDeleted_thenItIsGoneAndDeletingAgainDoesNoHarm() {
        StoredItem item = new StoredItem(ItemKey.output(name, header, 5, "w", 0), 5, bytes("out"));
        store().put(item);
        store().delete(item.key());
        store().delete(item.key());

        assertThat(store().read(item.key(), Consistency.STRONG)).isEmpty();
    }

    @Test
    void whatIsAskedForIsCounted_asItIsBilled() {
        StoredItem small = new StoredItem(ItemKey.slot(name, header, 1), 1, noise(500, 1));
        StoredItem large = new StoredItem(ItemKey.bucket(name, header, 1), 1, noise(9_000, 1));
        Usage start = store().usage();
        store().put(small);
        store().put(large);
        store().put(large);
        Usage written = store().usage();
        assertThat(written.since(start).entries()).isEqualTo(new Usage.Count(1, 1));
        assertThat(written.since(start).buckets()).as("a refusal is billed").isEqualTo(new Usage.Count(2, 18));

        store().read(large.key(), Consistency.STRONG);
        store().read(large.key(), Consistency.EVENTUAL);
        store().readLast(large.key(), Consistency.STRONG);
        store().readRun(large.key(), 1, Consistency.EVENTUAL);
        Usage read = store().usage();
        assertThat(read.since(written).reads()).isEqualTo(new Usage.Count(4, 3 + 1.5 + 3 + 1.5));

        store().delete(large.key());
        assertThat(store().usage().since(read).buckets()).isEqualTo(new Usage.Count(1, 9));
    }

    @Test
    void whenAnItemIsLargerThanAnItemMayBe_thenItIsRefused() {
        ItemKey key = ItemKey.bucket(name, header, 1);
        StoredItem item = new StoredItem(key, 1, new byte[StoredItem.MAX_BYTES]);

        assertThatThrownBy(() -> store().put(item)).isInstanceOf(RuntimeException.class);
        assertThat(store().read(key, Consistency.STRONG)).isEmpty();
    }

    @Test
    void inASteadyState_aCommitIsOnePutAndACatchUpIsOneSmallRead() {
        StateLog log = caughtUp(store(), name, StateLogSettings.of("w", null));
        commit(log, put("a", "1"));
        Usage before = store().usage();

        for (int i = 0; i < 16; i++) {
            log.beginInvocation();
            log.catchUp();
            commit(log, put("a", "" + i));
        }

        Usage used = store().usage().since(before);
        assertThat(used.entries()).isEqualTo(new Usage.Count(16, 16));
        assertThat(used.buckets()).isEqualTo(new Usage.Count(1, 1));
        assertThat(used.reads()).isEqualTo(new Usage.Count(16, 8));
        assertThat(used.others()).isEqualTo(new Usage.Count(0, 0));
    }

    @Test
    void whenTwoWritersAlternateForSeveralLaps_thenBothAndALaterReaderHoldTheSameState() {
        StateLog one = caughtUp(store(), name, small("one"));
        StateLog two = caughtUp(store(), name, small("two"));
        for (int i = 0; i < 40; i++) {
            StateLog log = i % 3 == 0 ? one : two;
            log.beginInvocation();
            log.catchUp();
            assertThat(commit(log, put("k" + i % 7, "v" + i))).isEqualTo(new CommitResult.Committed(i + 1));
        }
        one.catchUp();
        two.catchUp();

        LogContents contents = StateLogReader.read(store(), name).orElseThrow();
        assertThat(contents.tip()).isEqualTo(40);
        assertThat(cells(one.state())).hasSize(7).isEqualTo(cells(two.state())).isEqualTo(cells(contents.state()));
        assertThat(contents.progress()).isEqualTo(one.progress());
    }

    @Test
    void whenTwoWritersRace_thenOneIsFencedAndCatchesUpFromTheRefusal() {
        StateLog one = caughtUp(store(), name, small("one"));
        StateLog two = caughtUp(store(), name, small("two"));
        commit(one, put("a", "one"));

        assertThat(commit(two, put("a", "two"))).isEqualTo(new CommitResult.Fenced());
        assertThat(cells(two.state())).isEmpty();
        CatchUp caught = two.catchUp();

        assertThat(caught.reloaded()).isFalse();
        assertThat(caught.changed()).containsExactly(put("a", "").id());
        assertThat(cells(two.state())).isEqualTo(cells(one.state()));
        assertThat(commit(two, put("a", "two"))).isEqualTo(new CommitResult.Committed(2));
    }

    @Test
    void whenOutputsAreLarge_thenTheyAreStoredApartReadBackAndDeletedAfterALap() {
        StateLog log = caughtUp(store(), name, small("one"));
        List<Output> outputs = List.of(
                new Output("out", bytes("small")),
                new Output("out", noise(300_000, 1)),
                new Output("other", noise(250_000, 2)));
        log.commit(new Changes(TestLogs.progress(log), List.of(), outputs));
        StateLog reader = caughtUp(store(), name, small("two"));
        ItemKey apart =
                TestLogs.tipEntry(reader).outputsApart(name, reader.header()).get(0);

        assertThat(payloads(reader.tipOutbox())).isEqualTo(payloads(outputs)).isEqualTo(payloads(log.tipOutbox()));
        assertThat(store().read(apart, Consistency.STRONG)).isPresent();
        for (int i = 0; i < 8; i++) {
            commit(log, put("a", "" + i));
        }
        assertThat(store().read(apart, Consistency.STRONG)).isEmpty();
    }

    @Test
    void whenALogIsSealed_thenItTakesNothingMore_andItsOutboxIsReadBack() {
        StateLog log = caughtUp(store(), name, small("one"));
        StateLog zombie = caughtUp(store(), name, small("two"));
        commit(log, put("a", "1"));
        zombie.catchUp();
        List<Output> lastWords = List.of(new Output("out", bytes("last")));

        assertThat(log.seal(lastWords)).isEqualTo(new CommitResult.Committed(2));

        assertThat(commit(zombie, put("a", "2"))).isEqualTo(new CommitResult.Fenced());
        zombie.catchUp();
        assertThat(payloads(zombie.tipOutbox())).isEqualTo(payloads(lastWords));
        for (StateLog each : List.of(log, zombie, caughtUp(store(), name, small("three")))) {
            assertThat(each.isSealed()).isTrue();
            assertThat(each.sealed().sealNumber()).isEqualTo(2);
            assertThat(each.progress().position()).isEqualTo(new Position("1", 0, false));
            assertThatExceptionOfType(LogSealedException.class).isThrownBy(() -> commit(each, put("a", "2")));
            assertThatExceptionOfType(LogSealedException.class).isThrownBy(() -> each.seal(List.of()));
        }
    }

    @Test
    void whenALogTakesOver_thenItBeginsWithTheStateInItsRange() {
        StateLog parent = caughtUp(store(), name, small("one"));
        for (int i = 0; i < 20; i++) {
            commit(parent, put("k" + i, "v" + i));
        }
        parent.markTipEmitted();
        parent.seal(List.of());
        List<HashRange> halves = TestLogs.halves();
        List<StateLog> children = new ArrayList<>();
        for (HashRange half : halves) {
            LogName child = TestLogs.name("shard-" + PARTITIONS.incrementAndGet());
            LogOrigin origin =
                    begun -> new Inheritance(half, List.of(new Inheritance.Parent(parent.sealed(), HashRange.ALL)));
            children.add(new StateLog(store(), child, small("two").withLayout(16, 5), origin));
            children.get(children.size() - 1).catchUp();
            LogContents stored = StateLogReader.read(store(), child).orElseThrow();
            assertThat(cells(stored.state()))
                    .isEqualTo(cells(children.get(children.size() - 1).state()));
            stored.state()
                    .forEach((id, ofKey) ->
                            assertThat(half.contains(RoutingHash.of(id.key()))).isTrue());
        }

        TreeMap<String, String> both = new TreeMap<>();
        children.forEach(child -> both.putAll(cells(child.state())));
        assertThat(both).hasSize(20).isEqualTo(cells(parent.state()));
        for (StateLog child : children) {
            assertThat(child.header().buckets()).isEqualTo(parent.header().buckets());
            assertThat(child.header().ringSlots()).isEqualTo(parent.header().ringSlots());
            assertThat(child.progress()).isEqualTo(new Progress(null, 20_000, 900 * 20, 900 * 20));
            assertThat(child.tip()).isEqualTo(21);
            assertThat(child.seal(List.of())).isEqualTo(new CommitResult.Committed(22));
        }
    }
}
