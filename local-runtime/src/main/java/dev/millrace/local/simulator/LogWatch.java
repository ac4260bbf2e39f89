package dev.millrace.local.simulator;

import dev.millrace.engine.CellChange;
import dev.millrace.engine.KeyedState;
import dev.millrace.engine.Position;
import dev.millrace.engine.Progress;
import dev.millrace.engine.RoutingHash;
import dev.millrace.state.Entry;
import dev.millrace.state.Header;
import dev.millrace.state.ItemKey;
import dev.millrace.state.LogName;
import dev.millrace.state.StateLogReader;
import dev.millrace.state.StoredItem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Watches every item of state as it is written: entries follow one another, none twice, and time never goes back. */
final class LogWatch {
    private static final String RING = "/ring";
    /** What the partition keys of buckets contain. */
    static final String BUCKET = "/bucket/";

    /** There is no other epoch than the first. */
    private static final long EPOCH = 1;

    private static final int MIN_LAP = Header.MIN_RING_SLOTS;
    private static final String APART = "/output/";

    private final World world;
    private final String pipeline;
    private final EmissionWatch emissions;
    private final Function<String, SimulatedStream> inputOf;
    private final Map<String, Entry> tips = new TreeMap<>();
    private long entries;
    private final Map<String, KeyedState> states = new HashMap<>();
    /** Who was the first to write outputs apart for an entry, by the partition key but for the writer. */
    private final Map<String, String> firstApart = new HashMap<>();

    /** @param inputOf the stream that a stage reads */
    LogWatch(World world, String pipeline, EmissionWatch emissions, Function<String, SimulatedStream> inputOf) {
        this.world = world;
        this.pipeline = pipeline;
        this.emissions = emissions;
        this.inputOf = inputOf;
    }

    /** How many entries there are in all. */
    long entries() {
        return entries;
    }

    /** The last entry of each log, by the partition key of its ring. */
    Map<String, Entry> tips() {
        return tips;
    }

    /** The position as of the last entry of a shard's log; null where there is none. */
    @Nullable
    Position position(String stage, String shard) {
        Entry tip = tips.get(ring(stage, shard));
        return tip == null ? null : tip.progress().position();
    }

    private String ring(String stage, String shard) {
        return EPOCH + "/" + new LogName(pipeline, stage, shard) + RING;
    }

    /** What a log has begun with and all its entries come to, one after another. */
    KeyedState state(String ring) {
        KeyedState known = states.get(ring);
        return known == null ? begun(ring) : known;
    }

    /** R3: a log begins with what its shard's range has of its parents' state, which are sealed by then. */
    private KeyedState begun(String ring) {
        KeyedState state = new KeyedState(1);
        LogName name = name(ring);
        SimulatedShard shard = inputOf.apply(name.stage()).shard(name.partition());
        for (SimulatedShard parent : shard.parents) {
            state(ring(name.stage(), parent.id)).forEach((id, cells) -> {
                if (!id.isKeyless() && shard.covers(RoutingHash.of(id.key()))) {
                    cells.forEach((namespace, value) -> state.apply(new CellChange(id, namespace, value)));
                }
            });
        }
        states.put(ring, state);
        return state;
    }

    void refused(String partitionKey) {
        if (partitionKey.endsWith(RING)) {
            world.happened(Fault.ENTRY_FENCED);
        } else if (partitionKey.contains(BUCKET)) {
            world.happened(Fault.BUCKET_REFUSED);
        }
    }

    void written(Map<String, AttributeValue> item, @Nullable Map<String, AttributeValue> before) {
        String ring = StateTable.text(item, "pk");
        if (ring.contains(APART)) {
            world.happened(Fault.OUTPUT_APART);
            noteRivals(ring);
        }
        if (!ring.endsWith(RING)) {
            return;
        }
        if (before != null) {
            world.happened(Fault.RING_LAPPED);
        }
        Entry entry = entry(item);
        Entry last = tips.put(ring, entry);
        entries++;
        world.tell(() -> "  entry " + entry.number() + " (" + entry.kind() + ") of " + ring + ", "
                + entry.outbox().size() + " outputs, position "
                + entry.progress().position() + ", watermark "
                + time(entry.progress().watermark()));
        if (entry.kind() == Entry.Kind.SEAL) {
            world.happened(Fault.SEALED);
        }
        Position position = entry.progress().position();
        if (position != null && position.insideAggregate()) {
            world.happened(Fault.AGGREGATE_CUT);
        }
        entry.cells().forEach(state(ring)::apply);
        if (last == null) {
            checkFirst(ring, entry);
        } else {
            checkAfter(ring, last, entry);
            emissions.followed(name(ring), EPOCH, last);
        }
    }

    private void noteRivals(String apart) {
        int writer = apart.lastIndexOf('/');
        String first = firstApart.putIfAbsent(apart.substring(0, writer), apart.substring(writer));
        if (first != null && !first.equals(apart.substring(writer))) {
            world.happened(Fault.OUTPUT_RIVALLED);
        }
    }

    /** R2: what has moved to another log is never written to again. R3: numbers go on. R4: so do watermarks. */
    private void checkFirst(String ring, Entry entry) {
        LogName name = name(ring);
        List<Entry> seals = new ArrayList<>();
        for (SimulatedShard parent : inputOf.apply(name.stage()).shard(name.partition()).parents) {
            Entry tip = tips.get(ring(name.stage(), parent.id));
            if (tip == null || tip.kind() != Entry.Kind.SEAL) {
                throw world.violated("The log of " + name + " has begun, and that of its parent " + parent.id
                        + " is not sealed: its last entry is "
                        + (tip == null ? "none" : tip.number() + ", of kind " + tip.kind()));
            }
            seals.add(tip);
        }
        LongSummaryStatistics numbers = seals.stream().mapToLong(Entry::number).summaryStatistics();
        long start = seals.isEmpty() ? 0 : numbers.getMax();
        if (entry.number() != start + 1) {
            throw world.violated("The log of " + name + " has begun with entry " + entry.number()
                    + ", and those that it takes over from have ended with " + start);
        }
        if (start - numbers.getMin() > MIN_LAP && !seals.isEmpty()) {
            world.happened(Fault.MERGED_UNEVENLY);
        }
        long watermark = seals.stream()
                .mapToLong(seal -> seal.progress().watermark())
                .min()
                .orElse(Progress.NO_TIME);
        if (entry.progress().watermark() < watermark) {
            throw world.violated("The watermark of " + name + " has begun with "
                    + time(entry.progress().watermark()) + ", before those that it takes over from: "
                    + time(watermark));
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
