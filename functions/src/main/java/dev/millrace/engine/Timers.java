package dev.millrace.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * When something is due for which keys. A key is entered for its next time only; an entry that its key's
 * {@link KeyState#scheduledMillis} no longer agrees with is passed over.
 */
final class Timers {
    static final long NEVER = Long.MAX_VALUE;

    /** Fewer entries are not worth a look at which of them still count. */
    private static final int FEW = 16;

    private final TreeMap<Long, List<KeyState>> keysByTime = new TreeMap<>();
    /** The keys at {@link #currentMillis} in order, those before {@link #next} being done; null between times. */
    private @Nullable List<KeyState> current;

    private long currentMillis;
    private int next;
    /** No entry is for an earlier time. */
    private long earliestMillis = NEVER;
    /** How many entries there are, and with how many those that no longer count are let go. */
    private int entries;

    private int mostEntries = FEW;

    /** Enters a key for a time, unless it is entered for it or an earlier one. */
    void schedule(KeyState state, long timeMillis) {
        if (timeMillis < state.scheduledMillis) {
            state.scheduledMillis = timeMillis;
            keysByTime.computeIfAbsent(timeMillis, time -> new ArrayList<>()).add(state);
            earliestMillis = Math.min(earliestMillis, timeMillis);
            entries++;
            if (entries > mostEntries) {
                letGo();
            }
        }
    }

    /**
     * Lets go of entries that are passed over in the end: a partition that rolls back again and again before a far end of a
     * window makes new ones each time. Called once the entries have doubled, so that it costs little for each.
     */
    private void letGo() {
        entries = 0;
        keysByTime.entrySet().removeIf(at -> {
            List<KeyState> keys = at.getValue();
            if (keys != current) {
                keys.removeIf(state -> state.dead || state.scheduledMillis != at.getKey());
            }
            entries += keys.size();
            return keys.isEmpty();
        });
        mostEntries = Math.max(FEW, 2 * entries);
        earliestMillis = keysByTime.isEmpty() ? NEVER : keysByTime.firstKey();
    }

    /**
     * Whether one of the keys that are entered for at or before a time passes a test. A session that has grown is still
     * entered for its earlier end.
     */
    boolean anyBy(long atMostMillis, Predicate<KeyState> test) {
        return keysByTime.headMap(atMostMillis, true).entrySet().stream()
                .anyMatch(at -> at.getValue().stream()
                        .anyMatch(state -> !state.dead && state.scheduledMillis == at.getKey() && test.test(state)));
    }

    /** The next key for which something is due at or before a time, by time and key; null where there is none. */
    @Nullable
    KeyState next(long atMostMillis) {
        while (true) {
            List<KeyState> keys = current;
            if (keys == null) {
                if (keysByTime.isEmpty() || keysByTime.firstKey() > atMostMillis) {
                    return null;
                }
                currentMillis = keysByTime.firstKey();
                keys = keysByTime.firstEntry().getValue();
                KeyOrder.sort(keys);
                current = keys;
                next = 0;
            }
            while (next < keys.size()) {
                KeyState state = keys.get(next++);
                if (!state.dead && state.scheduledMillis == currentMillis) {
                    state.scheduledMillis = NEVER;
                    return state;
                }
            }
            keysByTime.remove(currentMillis);
            entries -= keys.size();
            earliestMillis = keysByTime.isEmpty() ? NEVER : keysByTime.firstKey();
            current = null;
        }
    }

    /** The time before which nothing is due for any key; {@link #NEVER} where nothing is due at all. */
    long earliestMillis() {
        return earliestMillis;
    }

    /** The time for which {@link #next} gave its last key. */
    long currentMillis() {
        return currentMillis;
    }

    /** Begins again at the earliest time; what was taken since must be entered again. */
    void rewind() {
        current = null;
    }
}
