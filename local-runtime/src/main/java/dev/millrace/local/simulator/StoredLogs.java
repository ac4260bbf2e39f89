package dev.millrace.local.simulator;

import dev.millrace.engine.KeyedState;
import dev.millrace.state.LogContents;
import dev.millrace.state.LogName;
import dev.millrace.state.StateLogException;
import dev.millrace.state.StateLogReader;
import dev.millrace.state.StateLogStore;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads every log anew in the end: what is stored must be what its entries come to, whatever buckets were written when. */
final class StoredLogs {
    private final World world;
    private final LogWatch watch;
    private final StateLogStore store;

    StoredLogs(World world, LogWatch watch, StateLogStore store) {
        this.world = world;
        this.watch = watch;
        this.store = store;
    }

    void check() {
        watch.tips().forEach((ring, tip) -> {
            LogName name = LogWatch.name(ring);
            LogContents contents = read(name);
            if (contents.tip() != tip.number()) {
                throw world.violated("The log of " + name + " is read up to entry " + contents.tip()
                        + ", and its last entry is " + tip.number());
            }
            Map<String, String> expected = cells(watch.state(ring));
            Map<String, String> actual = cells(contents.state());
            if (!expected.equals(actual)) {
                throw world.violated("The state that is stored for " + name
                        + " is not what its entries come to.\n  expected " + expected + "\n  actual   " + actual);
            }
        });
    }

    private LogContents read(LogName name) {
        try {
            Optional<LogContents> contents = StateLogReader.read(store, name);
            return contents.orElseThrow(() -> world.violated("The log of " + name + " is gone"));
        } catch (StateLogException e) {
            throw world.violated("The log of " + name + " cannot be read, though nothing fails: " + e.getMessage());
        }
    }

    private static Map<String, String> cells(KeyedState state) {
        Map<String, String> cells = new TreeMap<>();
        state.forEach((id, ofKey) ->
                ofKey.forEach((namespace, value) -> cells.put(id + "@" + namespace, Arrays.toString(value))));
        return cells;
    }
}
