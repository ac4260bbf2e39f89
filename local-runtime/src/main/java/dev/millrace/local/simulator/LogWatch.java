package dev.millrace.local.simulator;

import dev.millrace.engine.KeyedState;
import dev.millrace.engine.Progress;
import dev.millrace.state.Entry;
import dev.millrace.state.ItemKey;
import dev.millrace.state.LogName;
import dev.millrace.state.StateLogReader;
import dev.millrace.state.StoredItem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Watches every item of state as it is written: entries follow one another, none twice, and time never goes back. */
final class LogWatch {
    private static final String RING = "/ring";

    private final World world;
    private final Function<String, SimulatedStream> inputOf;
    private final Map<String, Entry> tips = new TreeMap<>();
    private final Map<String, KeyedState> states = new HashMap<>();

    /** @param inputOf the stream that a stage reads */
    LogWatch(World world, Function<String, SimulatedStream> inputOf) {
        this.world = world;
        this.inputOf = inputOf;
    }

    /** The last entry of each log, by the partition key of its ring. */
    Map<String, Entry> tips() {
        return tips;
    }

    /** What all entries of a log come to, one after another. */
    KeyedState state(String ring) {
        return states.computeIfAbsent(ring, absent -> new KeyedState(1));
    }

    void refused(String partitionKey) {
        if (partitionKey.endsWith(RING)) {
            world.happened(Fault.ENTRY_FENCED);
        } else if (partitionKey.contains("/bucket/")) {
            world.happened(Fault.BUCKET_REFUSED);
        }
    }

    void written(Map<String, AttributeValue> item, @Nullable Map<String, AttributeValue> before) {
        String ring = StateTable.text(item, "pk");
        if (ring.contains("/output/")) {
            world.happened(Fault.OUTPUT_APART);
        }
        if (!ring.endsWith(RING)) {
            return;
        }
        if (before != null) {
            world.happened(Fault.RING_LAPPED);
        }
        Entry entry = entry(item);
        Entry last = tips.put(ring, entry);
        world.tell(() -> "  entry " + entry.number() + " (" + entry.kind() + ") of " + ring + ", "
                + entry.outbox().size() + " outputs, position "
                + entry.progress().position() + ", watermark "
                + time(entry.progress().watermark()));
        if (entry.kind() == Entry.Kind.SEAL) {
            world.happened(Fault.SEALED);
        }
        entry.cells().forEach(state(ring)::apply);
        if (last == null) {
            checkParents(ring);
        } else {
            checkAfter(ring, last, entry);
        }
    }

    /** R2: what has moved to another log is never written to again. */
    private void checkParents(String ring) {
        LogName name = name(ring);
        for (SimulatedShard parent : inputOf.apply(name.stage()).shard(name.partition()).parents) {
            Entry tip = tips.get(ring.replace("/" + name.partition() + "/", "/" + parent.id + "/"));
            if (tip != null && tip.kind() != Entry.Kind.SEAL) {
                throw world.violated("The log of " + name + " has begun, and that of its parent " + parent.id
                        + " is not sealed: its last entry is " + tip.number() + ", of kind " + tip.kind());
            }
        }
    }

    /** The log that a ring is of: its key is the epoch, the log's name and "ring". */
    static LogName name(String ring) {
        List<String> parts = List.of(ring.split("/", -1));
        return new LogName(parts.get(1), parts.get(2), parts.get(3));
    }

    private void checkAfter(String ring, Entry last, Entry entry) {
        if (entry.number() != last.number() + 1) {
            throw world.violated("Entries fork: entry " + entry.number() + " of " + ring + " was written, by "
                    + entry.writerId() + ", where the last one was " + last.number() + ", by " + last.writerId());
        }
        if (last.kind() == Entry.Kind.SEAL) {
            throw world.violated("Entry " + entry.number() + " of " + ring + " was written after the log was sealed");
        }
        if (entry.progress().watermark() < last.progress().watermark()) {
            throw world.violated("The watermark of " + ring + " went back with entry " + entry.number() + ", from "
                    + time(last.progress().watermark()) + " to "
                    + time(entry.progress().watermark()));
        }
    }

    static Entry entry(Map<String, AttributeValue> item) {
        AttributeValue body = item.get("d");
        byte[] bytes = body == null ? new byte[0] : body.b().asByteArrayUnsafe();
        ItemKey key = new ItemKey(ItemKey.Kind.ENTRY, StateTable.text(item, "pk"), StateTable.number(item, "sk"));
        return StateLogReader.entry(new StoredItem(key, StateTable.number(item, "n"), bytes));
    }

    /** In milliseconds since the simulation began. */
    private static String time(long millis) {
        return millis == Progress.NO_TIME ? "none" : Long.toString(millis - World.BEGINNING);
    }
}
