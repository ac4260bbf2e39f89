package dev.millrace.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Operators that have keyed state in a partition and are not part of its stage, since they were renamed or removed. Their state
 * stays as it is. Where the watermark goes on without them, it is noted up to where they had done what was due, so that
 * nothing of it is passed over when they are there again.
 */
final class StrayOperators {
    private final Set<String> ofStage;
    private final SortedMap<String, Integer> keys = new TreeMap<>();

    /** @param ofStage the names of the stage's own aggregations */
    StrayOperators(Set<String> ofStage) {
        this.ofStage = ofStage;
    }

    void restore(KeyedState committed) {
        keys.clear();
        committed.forEach((id, cells) -> see(id));
    }

    /** Others have changed state: an earlier version of the pipeline may still run beside this one. */
    void changed(Iterable<KeyId> ids) {
        ids.forEach(this::see);
    }

    private void see(KeyId id) {
        if (!id.isKeyless() && !ofStage.contains(id.operator())) {
            keys.merge(id.operator(), 1, Integer::sum);
        }
    }

    /** For each of them the number of its keys, as of the last {@link #restore}, or about that. */
    SortedMap<String, Integer> keys() {
        return Collections.unmodifiableSortedMap(keys);
    }

    /** What an entry must note, if it moves the watermark on from this one. */
    List<CellChange> cursors(KeyedState committed, long watermarkMillis) {
        if (keys.isEmpty()) {
            return List.of();
        }
        List<CellChange> cursors = new ArrayList<>();
        for (String operator : keys.keySet()) {
            if (!DueCursor.isStored(committed, operator)) {
                cursors.add(new DueCursor(watermarkMillis, null).change(operator));
            }
        }
        return cursors;
    }
}
