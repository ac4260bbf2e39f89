package dev.millrace.state;

import dev.millrace.engine.CellChange;
import dev.millrace.engine.Progress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One commit.
 *
 * @param number its place in the log
 * @param writerId the life of the environment that wrote it
 * @param mappingId the event source mapping that it was written for, or null for none
 * @param turn which buckets its writer is to write after it
 * @param landed bucket writes that its writer knew of and had not told before
 * @param cells the changed state
 * @param outbox the outputs; the place in this list is part of an output's id
 */
public record Entry(
        long number,
        Kind kind,
        String writerId,
        @Nullable String mappingId,
        Progress progress,
        BucketTurn turn,
        List<BucketStamp> landed,
        List<CellChange> cells,
        List<StoredOutput> outbox) {
    /** Why an entry was written. */
    public enum Kind {
        /** It advanced the position (E4). */
        BATCH(0),
        /** Anything else that changed something. */
        TICK(1),
        /** The last one: nothing is accepted after it. */
        SEAL(2);

        /** The largest code. */
        static final int LARGEST_CODE = 2;

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /** What stands for it in the stored format. */
        int code() {
            return code;
        }

        static Kind of(int code) {
            return code == BATCH.code ? BATCH : code == TICK.code ? TICK : SEAL;
        }
    }

    public Entry {
        landed = List.copyOf(landed);
        cells = List.copyOf(cells);
        outbox = List.copyOf(outbox);
    }

    /** The keys of the outputs that this entry has in items of their own. */
    List<ItemKey> outputsApart(LogName name, Header header) {
        return outbox.stream()
                .filter(StoredOutput.Apart.class::isInstance)
                .map(StoredOutput.Apart.class::cast)
                .map(apart -> ItemKey.output(name, header, number, writerId, apart.index()))
                .toList();
    }
}
