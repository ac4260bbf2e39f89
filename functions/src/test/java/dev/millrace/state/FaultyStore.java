package dev.millrace.state;

import dev.millrace.engine.KeyedState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** The store in memory, with the faults that a test asks for. Everything that happens is up to the test. */
public final class FaultyStore implements StateLogStore {
    /** What becomes of a write. */
    public enum Fate {
        ANSWERED,
        /** It never arrives. */
        LOST,
        /** It takes place, and nobody says so. */
        REPLY_LOST,
        /** It arrives when {@link #landDelayed} is called. */
        DELAYED,
        /** The writer dies before it. */
        CRASH_BEFORE,
        /** The writer dies after it. */
        CRASH_AFTER
    }

    /** The writer's environment is gone. */
    public static final class Crash extends RuntimeException {}

    private final InMemoryStateLogStore real = new InMemoryStateLogStore();
    private final Map<ItemKey, List<Optional<StoredItem>>> versions = new HashMap<>();
    private final List<StoredItem> delayed = new ArrayList<>();

    private final Map<Long, Map<String, String>> folds = new HashMap<>();

    private final Map<String, Map<Long, Entry>> logs = new HashMap<>();

    /** Every entry that was ever committed, by number, of the log that was written to first: of most tests, the only one. */
    public final Map<Long, Entry> committed = new TreeMap<>();

    /** All writes that took place, in order. */
    public final List<StoredItem> landed = new ArrayList<>();

    public Function<StoredItem, Fate> fate = item -> Fate.ANSWERED;

    /** How many versions behind an eventually consistent read of an item is. */
    public ToIntFunction<ItemKey> lag = key -> 0;

    public Consumer<ItemKey> beforeRead = key -> {};
    public Consumer<StoredItem> beforePut = item -> {};

    public void reset() {
        fate = item -> Fate.ANSWERED;
        lag = key -> 0;
        beforeRead = key -> {};
        beforePut = item -> {};
    }

    /** Every entry that was ever committed to a log, by number. */
    public Map<Long, Entry> committed(LogName name, long epoch) {
        return ofRing(epoch + "/" + name + "/ring");
    }

    /** The same for the log that an entry's item belongs to. */
    public Map<Long, Entry> committedBeside(StoredItem entry) {
        return ofRing(entry.key().partitionKey());
    }

    private Map<Long, Entry> ofRing(String ring) {
        if (logs.isEmpty()) {
            logs.put(ring, committed);
        }
        return logs.computeIfAbsent(ring, ignored -> new TreeMap<>());
    }

    /** Delayed writes arrive, those first that were sent first. */
    public void landDelayed() {
        List<StoredItem> now = List.copyOf(delayed);
        delayed.clear();
        now.forEach(this::land);
    }

    @Override
    public Optional<StoredItem> readLast(ItemKey anyOfThem, Consistency consistency) {
        beforeRead.accept(anyOfThem);
        Optional<StoredItem> last = real.readLast(anyOfThem, consistency);
        return consistency == Consistency.STRONG ? last : last.flatMap(item -> stale(item.key()));
    }

    @Override
    public Optional<StoredItem> read(ItemKey key, Consistency consistency) {
        beforeRead.accept(key);
        Optional<StoredItem> current = real.read(key, consistency);
        return consistency == Consistency.STRONG ? current : stale(key);
    }

    @Override
    public ItemPage readRun(ItemKey first, int count, Consistency consistency) {
        beforeRead.accept(first);
        List<StoredItem> items = new ArrayList<>();
        // Two slots at a time, so that runs are read in several requests.
        long end = first.sortKey() + Math.min(count, 2);
        for (long slot = first.sortKey(); slot < end; slot++) {
            ItemKey key = new ItemKey(first.kind(), first.partitionKey(), slot);
            Optional<StoredItem> item = consistency == Consistency.STRONG ? real.read(key, consistency) : stale(key);
            item.ifPresent(items::add);
        }
        return new ItemPage(items, end);
    }

    @Override
    public List<StoredItem> readAll(List<ItemKey> keys, Consistency consistency) {
        List<StoredItem> items = new ArrayList<>();
        for (ItemKey key : keys) {
            read(key, consistency).ifPresent(items::add);
        }
        return items;
    }

    @Override
    public PutResult put(StoredItem item) {
        beforePut.accept(item);
        switch (fate.apply(item)) {
            case LOST -> throw new StateLogUnavailableException("request lost", null);
            case REPLY_LOST -> {
                land(item);
                throw new StateLogUnavailableException("reply lost", null);
            }
            case DELAYED -> {
                delayed.add(item);
                throw new StateLogUnavailableException("delayed", null);
            }
            case CRASH_BEFORE -> throw new Crash();
            case CRASH_AFTER -> {
                land(item);
                throw new Crash();
            }
            default -> {
                return land(item);
            }
        }
    }

    @Override
    public void delete(ItemKey key) {
        real.delete(key);
        versions.computeIfAbsent(key, ignored -> new ArrayList<>()).add(Optional.empty());
    }

    @Override
    public Usage usage() {
        return real.usage();
    }

    /** All cells after the entries up to {@code tip}, one after another. */
    Map<String, String> fold(long tip) {
        Map<String, String> known = folds.get(tip);
        if (known == null) {
            KeyedState state = new KeyedState(1);
            committed.forEach((number, entry) -> {
                if (number <= tip) {
                    entry.cells().forEach(state::apply);
                }
            });
            known = TestLogs.cells(state);
            folds.put(tip, known);
        }
        return known;
    }

    /** What is stored now, whatever faults there are. */
    @Nullable
    StoredItem now(ItemKey key) {
        return real.read(key, Consistency.STRONG).orElse(null);
    }

    private PutResult land(StoredItem item) {
        PutResult result = real.put(item);
        if (result instanceof PutResult.Landed) {
            landed.add(item);
            versions.computeIfAbsent(item.key(), ignored -> new ArrayList<>()).add(Optional.of(item));
            if (item.key().kind() == ItemKey.Kind.ENTRY) {
                Entry before = committedBeside(item).put(item.number(), EntryCodec.decode(item));
                if (before != null) {
                    throw new AssertionError("entry " + item.number() + " was committed twice");
                }
            }
        }
        return result;
    }

    private Optional<StoredItem> stale(ItemKey key) {
        List<Optional<StoredItem>> all = versions.getOrDefault(key, List.of());
        int version = all.size() - 1 - lag.applyAsInt(key);
        return version < 0 ? Optional.empty() : all.get(version);
    }
}
