package dev.millrace.state;

import static dev.millrace.state.TestLogs.cells;
import static dev.millrace.state.TestLogs.put;
import static dev.millrace.state.TestLogs.remove;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.engine.CellChange;
import dev.millrace.engine.KeyedState;
import dev.millrace.engine.Position;
import dev.millrace.engine.Progress;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * B3: entries that a bucket already holds are passed over by it. A load would end in the same state without that, since it
 * reads on beyond every stamp and an entry says what a cell is, not how it changes; but on the way a removed cell would come
 * back, and a bucket would count as grown by what it already holds.
 */
class ReplayRulesTest {
    private final LogName name = TestLogs.name("shard-1");
    private final Header header = new Header(1, 1, TestLogs.R, 1, 0, Progress.NO_TIME, Progress.NO_TIME, List.of());
    private final LogImage image = new LogImage(header);

    private void load(long stamp, CellChange... cells) {
        KeyedState state = new KeyedState(1);
        for (CellChange cell : cells) {
            state.apply(cell);
        }
        image.applyBucket(0, BucketCodec.encode(ItemKey.bucket(name, header, 0), stamp, state.bucket(0)));
    }

    private void replay(long number, CellChange change) {
        Progress progress = new Progress(new Position("" + number, 0, false), number, number, number);
        Entry entry = new Entry(
                number,
                Entry.Kind.BATCH,
                "writer",
                null,
                progress,
                BucketTurn.START,
                List.of(),
                List.of(change),
                List.of());
        image.apply(entry, 100, new HashSet<>());
    }

    @Test
    void b3_whenABucketWasWrittenAfterACellWasRemoved_thenTheOlderEntryThatSetItDoesNotBringItBack() {
        load(5, put("b", "kept"));
        image.startAt(3);

        replay(3, put("a", "old"));
        assertThat(cells(image.state)).containsOnlyKeys("count[b]@0");
        replay(4, remove("a"));
        replay(5, put("b", "kept"));

        assertThat(cells(image.state)).containsOnlyKeys("count[b]@0");
    }

    @Test
    void b3_whenABucketHasAnEntryAlready_thenItDoesNotCountAsGrown() {
        load(5, put("a", "x".repeat(500)));
        image.startAt(4);
        long loaded = image.sizes.bound(0);

        replay(4, put("a", "y".repeat(400)));
        replay(5, put("a", "x".repeat(500)));
        assertThat(image.sizes.bound(0)).isEqualTo(loaded);
        CellChange newer = put("a", "z");
        replay(6, newer);

        assertThat(image.sizes.bound(0)).isEqualTo(loaded + BucketSizes.cost(newer));
        assertThat(cells(image.state)).containsEntry("count[a]@0", "z");
    }

    @Test
    void whenAnEntryDoesNotFollowTheTip_thenItIsRefused() {
        load(5, put("a", "1"));
        image.startAt(5);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> replay(6, put("a", "2")))
                .withMessage("entry 6 does not follow entry 4");
    }
}
