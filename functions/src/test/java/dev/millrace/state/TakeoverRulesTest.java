package dev.millrace.state;

import static dev.millrace.state.TestLogs.caughtUp;
import static dev.millrace.state.TestLogs.cells;
import static dev.millrace.state.TestLogs.commit;
import static dev.millrace.state.TestLogs.noisy;
import static dev.millrace.state.TestLogs.put;
import static dev.millrace.state.TestLogs.small;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.engine.CellChange;
import dev.millrace.engine.Changes;
import dev.millrace.engine.Floor;
import dev.millrace.engine.HashRange;
import dev.millrace.engine.KeyId;
import dev.millrace.engine.Position;
import dev.millrace.engine.Progress;
import dev.millrace.engine.RoutingHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a log begins with that takes over from others: rules R3 and R4. */
class TakeoverRulesTest {
    private static final LogName CHILD = TestLogs.name("child");
    private static final HashRange LOWER = TestLogs.halves().get(0);
    private static final HashRange UPPER = TestLogs.halves().get(1);

    private final FaultyStore store = new FaultyStore();
    private int names;

    /** A log that has had one record, sealed. */
    private SealedLog sealed(StateLogSettings settings, Progress progress, List<CellChange> cells) {
        StateLog log = caughtUp(store, TestLogs.name("parent-" + ++names), settings);
        for (int i = 0; i < cells.size(); i++) {
            // One after another, so that no entry is too large.
            boolean isLast = i == cells.size() - 1;
            log.commit(new Changes(isLast ? progress : log.progress(), List.of(cells.get(i)), List.of()));
        }
        log.seal(List.of());
        return log.sealed();
    }

    private static Progress progress(long recordWatermark, long watermark) {
        return new Progress(new Position("7", 0, false), 1_000, recordWatermark, watermark);
    }

    private static StateLog child(StateLogStore store, HashRange range, Inheritance.Parent... parents) {
        LogOrigin origin = begun -> new Inheritance(range, List.of(parents));
        return new StateLog(store, CHILD, small("child").withLimits(40_000, 40_000), origin);
    }

    private static CellChange in(HashRange range, String key) {
        return Stream.iterate(0, i -> i + 1)
                .map(i -> put(key + i, "x"))
                .filter(change -> range.contains(RoutingHash.of(change.id().key())))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void r3_theHeaderIsOfTheLargestNumbers_andTheLayoutThatOfTheParents() {
        SealedLog lower =
                sealed(small("l").withLayout(8, 3), progress(500, 500), List.of(in(LOWER, "a"), in(LOWER, "b")));
        SealedLog upper = sealed(small("u").withLayout(16, 5), progress(400, 450), List.of(in(UPPER, "a")));
        StateLog child =
                child(store, HashRange.ALL, new Inheritance.Parent(lower, LOWER), new Inheritance.Parent(upper, UPPER));

        child.catchUp();

        assertThat(child.header())
                // The upper one's record would have arrived 50 ms later to have brought about its watermark.
                .isEqualTo(new Header(1, 1, 16, 5, 3, 450, 1_050, List.of(new Floor(LOWER, 500))));
        Map<String, String> both = new TreeMap<>(cells(lower.state()));
        both.putAll(cells(upper.state()));
        assertThat(cells(child.state())).hasSize(3).isEqualTo(both);
    }

    @Test
    void r3_stateThatBelongsToNoKey_isNotTakenOverAsItIs() {
        CellChange cursor = new CellChange(KeyId.keyless("count"), 0, TestLogs.bytes("cursor"));
        SealedLog parent = sealed(small("p"), progress(5, 5), List.of(cursor, in(LOWER, "a")));
        StateLog child = child(store, HashRange.ALL, new Inheritance.Parent(parent, HashRange.ALL));

        child.catchUp();

        assertThat(cells(child.state())).hasSize(1);
    }

    @Test
    void r3_whenTwoParentsBucketsDoNotFitOne_thenThereAreMore() {
        List<CellChange> large = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            large.add(noisy("key-" + i, 10_000));
        }
        SealedLog one = sealed(small("l").withLayout(8, 2), progress(5, 5), large.subList(0, 3));
        SealedLog two = sealed(small("u").withLayout(8, 2), progress(5, 5), large.subList(3, 6));
        StateLog child =
                child(store, HashRange.ALL, new Inheritance.Parent(one, LOWER), new Inheritance.Parent(two, UPPER));

        child.catchUp();

        assertThat(child.header().buckets()).isGreaterThan(2);
        assertThat(cells(child.state())).hasSize(6);
        assertThat(StateLogReader.read(store, CHILD).orElseThrow().stamps())
                .hasSize(child.header().buckets() + 1);
    }

    @Test
    void r3_whenAKeyDoesNotFitHoweverManyBucketsThereAre_thenItIsNamedAndNothingTooLargeIsWritten() {
        SealedLog parent = sealed(small("p").withLayout(8, 2), progress(5, 5), List.of(noisy("large", 50_000)));
        StateLog child = child(store, HashRange.ALL, new Inheritance.Parent(parent, HashRange.ALL));

        assertThatExceptionOfType(BucketFullException.class)
                .isThrownBy(child::catchUp)
                .withMessageContaining("key 'large'");
        assertThat(LogLoader.header(store, CHILD, Consistency.STRONG)
                        .orElseThrow()
                        .buckets())
                .isEqualTo(Header.MAX_BUCKETS);
        assertThat(store.landed)
                .allMatch(
                        item -> item.bytes() <= 40_000 || !item.key().toString().contains("child"));
    }

    @Test
    void r3_whenHeaderAndBucketsAreReadAsOfBefore_thenTheLogThatIsThereIsUsed() {
        SealedLog parent = sealed(small("p"), progress(5, 5), List.of(in(LOWER, "a")));
        StateLog one = child(store, LOWER, new Inheritance.Parent(parent, HashRange.ALL));
        one.catchUp();
        commit(one, put("new", "1"));
        store.lag = key -> 1;
        LogOrigin never = begun -> {
            throw new AssertionError("the log is there");
        };
        StateLog two = new StateLog(store, CHILD, small("two"), never);

        two.catchUp();

        assertThat(cells(two.state())).isEqualTo(cells(one.state())).hasSize(2);
    }

    @Test
    void r3_aBucketThatComesLate_replacesNothing() {
        SealedLog parent = sealed(small("p"), progress(5, 5), List.of(in(LOWER, "a")));
        store.fate =
                item -> item.key().kind() == ItemKey.Kind.BUCKET ? FaultyStore.Fate.DELAYED : FaultyStore.Fate.ANSWERED;
        assertThatExceptionOfType(StateLogUnavailableException.class)
                .isThrownBy(child(store, LOWER, new Inheritance.Parent(parent, HashRange.ALL))::catchUp);
        store.reset();
        StateLog child = child(store, LOWER, new Inheritance.Parent(parent, HashRange.ALL));
        child.catchUp();
        for (int i = 0; i < 20; i++) {
            commit(child, put("k" + i, "1"));
        }

        store.landDelayed();

        assertThat(cells(caughtUp(store, CHILD, small("later")).state()))
                .isEqualTo(cells(child.state()))
                .hasSize(21);
    }

    @Test
    void r4_floorsThatTheWatermarkHasNotPassed_arePassedOnInTheRange() {
        SealedLog root = sealed(small("p"), progress(5, 5), List.of(in(LOWER, "a")));
        Header header = new Header(
                1, 2, 8, 3, 10, 0, 0, List.of(new Floor(LOWER, 300), new Floor(UPPER, 300), new Floor(LOWER, 200)));
        SealedLog parent = new SealedLog(header, 20, progress(200, 200), root.state());
        StateLog child = child(store, LOWER, new Inheritance.Parent(parent, HashRange.ALL));

        child.catchUp();

        assertThat(child.header()).isEqualTo(new Header(1, 2, 8, 3, 20, 200, 1_000, List.of(new Floor(LOWER, 300))));
        assertThat(child.progress()).isEqualTo(new Progress(null, 1_000, 200, 200));
    }

    @Test
    void r4_aParentWithoutARecord_holdsTheWatermarkBack() {
        StateLog empty = caughtUp(store, TestLogs.name("empty"), small("e"));
        empty.seal(List.of());
        SealedLog other = sealed(small("p"), progress(5, 5), List.of(in(LOWER, "a")));
        StateLog child = child(
                store,
                HashRange.ALL,
                new Inheritance.Parent(other, LOWER),
                new Inheritance.Parent(empty.sealed(), UPPER));

        child.catchUp();

        assertThat(child.progress().watermark()).isEqualTo(Progress.NO_TIME);
        assertThat(child.header().floors()).containsExactly(new Floor(LOWER, 5));
        assertThat(child.progress().arrivalMillis()).isEqualTo(1_000);
    }
}
