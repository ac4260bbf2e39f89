package dev.millrace.state;

import dev.millrace.engine.Changes;
import dev.millrace.engine.Position;
import dev.millrace.engine.Progress;
import org.jspecify.annotations.Nullable;

/** Makes the entry after the tip out of a commit's changes. */
final class NextEntry {
    private NextEntry() {}

    /**
     * The entry, with all its outputs inline.
     *
     * @throws IllegalArgumentException if the position or the watermark goes back
     */
    static Entry of(LogName name, StateLogSettings settings, LogImage image, Changes changes, boolean isSeal) {
        Progress next = changes.progress();
        int advance = compare(next.position(), image.progress().position());
        if (advance < 0 || next.watermark() < image.progress().watermark()) {
            throw new IllegalArgumentException(
                    "progress of " + name + " cannot go back from " + image.progress() + " to " + next);
        }
        return new Entry(
                image.tip() + 1,
                kind(advance > 0, isSeal),
                settings.writerId(),
                settings.mappingId(),
                next,
                image.nextTurn(),
                image.cover.untold(),
                changes.cells(),
                changes.outbox().stream()
                        .map(output -> (StoredOutput) new StoredOutput.Inline(output))
                        .toList());
    }

    /** E4. */
    private static Entry.Kind kind(boolean isAdvance, boolean isSeal) {
        if (isSeal) {
            return Entry.Kind.SEAL;
        }
        return isAdvance ? Entry.Kind.BATCH : Entry.Kind.TICK;
    }

    /** No position comes before any position. */
    private static int compare(@Nullable Position left, @Nullable Position right) {
        if (left == null) {
            return right == null ? 0 : -1;
        }
        return right == null ? 1 : left.compareTo(right);
    }
}
