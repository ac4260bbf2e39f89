package dev.millrace.state;

import dev.millrace.engine.Changes;
import dev.millrace.engine.KeyId;
import dev.millrace.engine.KeyedState;
import dev.millrace.engine.Output;
import dev.millrace.engine.Progress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One partition's log, as one environment knows it: a copy in memory of everything up to its tip, and the protocol that keeps
 * several such copies from contradicting one another.
 *
 * <pre>
 *            catchUp                     commit: committed
 *   new ───────────────▶ caught up ◀──────────────────────┐
 *                          ▲   │ └────────────────────────┘
 *                  catchUp │   │ commit: fenced, or the outcome is unknown
 *                          │   ▼
 *                        behind (commit is refused; the state stays as of the tip)
 * </pre>
 *
 * <p>An invocation calls {@link #beginInvocation()}, {@link #catchUp()}, emits the outbox of the tip unless it knows it
 * emitted, commits, emits, and calls {@link #writeDueBuckets()}. Used by one thread at a time.
 *
 * <p>Every method that reads or writes may throw {@link StateLogUnavailableException}, after which {@link #catchUp()} comes
 * next, and {@link UnreadableItemException}.
 */
public final class StateLog {
    private final StateLogStore store;
    private final LogName name;
    private final StateLogSettings settings;
    private final StateLimits limits;
    private final BucketWriter buckets;
    private final OutputItems outputs;
    private final LogOrigin origin;

    private @Nullable LogImage image;
    private boolean caughtUp;
    private Consistency consistency = Consistency.EVENTUAL;
    private @Nullable StoredItem refusal;
    private long emitted = -1;
    private @Nullable List<Output> tipOutputs;

    /** Keys that others changed, until a successful {@link #catchUp} has told. */
    private final Set<KeyId> changed = new HashSet<>();

    private int caughtUpEntries;
    private boolean reloaded;
    private long committed;
    private long fenced;
    private long caughtUpInAll;
    private long loads;

    /** A log that begins with nothing where it does not exist. */
    public StateLog(StateLogStore store, LogName name, StateLogSettings settings) {
        this(store, name, settings, LogOrigin.NOTHING);
    }

    /** A log that begins, where it does not exist, with the state of others. */
    public StateLog(StateLogStore store, LogName name, StateLogSettings settings, LogOrigin origin) {
        this.origin = origin;
        this.store = store;
        this.name = name;
        this.settings = settings;
        this.limits = new StateLimits(name, settings);
        this.buckets = new BucketWriter(store, name, settings.itemLimitBytes());
        this.outputs = new OutputItems(store, name);
    }

    /** Lets reads be eventually consistent again: what others do between invocations is found out by the fence (L1). */
    public void beginInvocation() {
        consistency = Consistency.EVENTUAL;
    }

    /**
     * Brings this copy up to what is committed (L3): loads the log at first, or when others have lapped this copy; otherwise
     * reads the entries after the tip. A log that does not exist begins here, with its header and the state of those it takes
     * over from (R3); what its {@link LogOrigin} throws goes through.
     */
    public CatchUp catchUp() {
        LogImage current = image;
        if (current == null) {
            load();
        } else if (!follow(current)) {
            // The old copy goes first, rather than hold both.
            image = null;
            caughtUp = false;
            consistency = Consistency.STRONG;
            load();
        }
        caughtUp = true;
        CatchUp result = new CatchUp(reloaded, changed, caughtUpEntries);
        reloaded = false;
        caughtUpEntries = 0;
        changed.clear();
        return result;
    }

    /**
     * Commits changes as the entry after the tip, of kind batch if they advance the position and of kind tick otherwise (E4).
     * Only once it is committed are they part of {@link #state()} (L2).
     *
     * @throws IllegalStateException if the outbox of the tip is not known emitted (E2), or before {@link #catchUp()} where
     *     that has to come first
     * @throws IllegalArgumentException if the position or the watermark goes back
     * @throws LogSealedException if the tip is a seal
     * @throws KeyStateTooLargeException if one key's state would be too large. Nothing is written; likewise for the next three
     * @throws BucketFullException if a bucket would be too large (B4)
     * @throws EntryTooLargeException if the changed state is too much for one entry: commit fewer records at a time (L4)
     * @throws OutputTooLargeException if one output is too large
     */
    public CommitResult commit(Changes changes) {
        return write(changes, false);
    }

    /**
     * Commits the last entry, with progress as it is (R2). Once it is committed this log never changes again.
     *
     * @param lastWords its outbox, to be emitted like any other
     * @throws IllegalStateException as {@link #commit}
     * @throws LogSealedException if that has been done
     * @throws OutputTooLargeException if one output is too large. Nothing is written
     */
    public CommitResult seal(List<Output> lastWords) {
        return write(new Changes(progress(), List.of(), lastWords), true);
    }

    private CommitResult write(Changes changes, boolean isSeal) {
        LogImage current = readyToCommit();
        long number = current.tip() + 1;
        Map<Integer, Integer> measured = limits.check(current, changes);
        EntryDraft draft = EntryDraft.of(
                name,
                current.header,
                NextEntry.of(name, settings, current, changes, isSeal),
                settings.itemLimitBytes(),
                outputs::nextIndex);

        buckets.cover(current, number);

        // L2: until the outcome is known, and after any but the best, this copy may be behind.
        Consistency before = consistency;
        caughtUp = false;
        consistency = Consistency.STRONG;
        outputs.write(draft);
        PutResult result = store.put(draft.item());
        if (result instanceof PutResult.Refused refused) {
            refusal = refused.there();
            fenced++;
            return new CommitResult.Fenced();
        }
        committed++;
        advance(current, draft.entry(), draft.item().bytes(), new HashSet<>());
        measured.forEach((bucket, bytes) -> current.sizes.measured(
                bucket, bytes, current.state.bucket(bucket).bytes()));
        current.cover.told(draft.entry().landed());
        tipOutputs = changes.outbox();
        StoredItem replaced = ((PutResult.Landed) result).replaced();
        if (replaced != null) {
            outputs.overwritten(replaced, current.header);
        }
        caughtUp = true;
        consistency = before;
        return new CommitResult.Committed(number);
    }

    /**
     * Writes the buckets that this writer's entries have made due (B1), a few at a time, and deletes outputs that no entry names
     * any more. To be called after a commit; calling it more often does no harm, nor does failing to, now and then. A write that
     * is refused, or whose outcome is unknown, is counted and does not fail the call.
     *
     * @throws BucketFullException if a bucket has outgrown its item all the same
     */
    public void writeDueBuckets() {
        buckets.writeDue(loaded());
        outputs.deleteObsolete();
    }

    /** Whether there is a copy in memory; without one, most of what follows throws {@link IllegalStateException}. */
    public boolean isLoaded() {
        return image != null;
    }

    /** The keyed state as of the tip. Another object after a {@link CatchUp#reloaded() reload}. Only to be read. */
    public KeyedState state() {
        return loaded().state;
    }

    /** How far the partition has come, as of the tip. */
    public Progress progress() {
        return loaded().progress();
    }

    /** Whether the last entry known here is a seal. */
    public boolean isSealed() {
        return loaded().isSealed();
    }

    /**
     * What a sealed log leaves to those that take over from it.
     *
     * @throws IllegalStateException if it is not sealed
     */
    public SealedLog sealed() {
        return loaded().sealed(name);
    }

    /** The number of the last entry known here; the header's start number where there is none. */
    public long tip() {
        return loaded().tip();
    }

    public long epoch() {
        return loaded().header.epoch();
    }

    public Header header() {
        return loaded().header;
    }

    /** The last entry known here, or null where the log has none. */
    public @Nullable Entry tipEntry() {
        return loaded().tipEntry();
    }

    /** Whether the last entry known here was written by this object. */
    public boolean isTipOwn() {
        Entry entry = loaded().tipEntry();
        return entry != null && entry.writerId().equals(settings.writerId());
    }

    /** The outputs of the last entry known here; those stored apart are read, strongly. An output's place is its index. */
    public List<Output> tipOutbox() {
        LogImage current = loaded();
        Entry entry = current.tipEntry();
        List<Output> known = tipOutputs;
        if (known == null) {
            known = entry == null ? List.of() : List.copyOf(outputs.outbox(entry, current.header));
            tipOutputs = known;
        }
        return known;
    }

    /** Takes note that the outbox of the tip is known emitted (E3). */
    public void markTipEmitted() {
        emitted = loaded().tip();
    }

    /** Whether the outbox of the tip is empty, or was {@linkplain #markTipEmitted marked} emitted in the life of this object. */
    public boolean tipEmitted() {
        Entry entry = loaded().tipEntry();
        return entry == null || entry.outbox().isEmpty() || emitted == entry.number();
    }

    /** The fullest bucket's share of what a bucket may take: 1 is full. An estimate; commits check exactly (B4). */
    public double fullestBucket() {
        return (double) loaded().fullestBucketBytes() / settings.itemLimitBytes();
    }

    public StateLogCounters counters() {
        LogImage current = image;
        return new StateLogCounters(
                committed,
                fenced,
                caughtUpInAll,
                loads,
                buckets.landed(),
                buckets.refused(),
                buckets.failed(),
                current == null ? 0 : current.stateBytes());
    }

    private void load() {
        refusal = null;
        LogStart start = new LogStart(store, name, settings, origin);
        Header header = start.header(consistency);
        LogLoader.Loaded loaded =
                new LogLoader(store, name, header).load(consistency, absent -> start.writeAbsent(header, absent));
        if (loaded.startedOver()) {
            consistency = Consistency.STRONG;
        }
        image = loaded.image();
        tipOutputs = null;
        changed.clear();
        reloaded = true;
        caughtUpEntries = loaded.entries();
        loads++;
    }

    /** Reads on from the tip; false where that is a lap behind. */
    private boolean follow(LogImage current) {
        StoredItem item = refusal;
        refusal = null;
        if (item != null && item.number() == current.tip() + 1) {
            follow(current, item);
        }
        RingReader ring = new RingReader(store, name, current.header, current.tip() + 1, 1, consistency);
        for (item = ring.next(); item != null; item = ring.next()) {
            follow(current, item);
        }
        return !ring.lapped();
    }

    private void follow(LogImage current, StoredItem item) {
        Entry entry = EntryCodec.decode(item);
        advance(current, entry, item.bytes(), changed);
        caughtUpEntries++;
        caughtUpInAll++;
    }

    private void advance(LogImage current, Entry entry, int bytes, Set<KeyId> changedKeys) {
        current.apply(entry, bytes, changedKeys);
        tipOutputs = null;
        outputs.decided(entry, current.header);
        if (entry.writerId().equals(settings.writerId())) {
            buckets.due(entry.turn(), current.header);
        }
    }

    private LogImage readyToCommit() {
        LogImage current = loaded();
        if (!caughtUp) {
            throw new IllegalStateException("catch up before the next commit: the last one was fenced, or failed (L2)");
        }
        if (current.isSealed()) {
            throw new LogSealedException(name, current.header.epoch(), current.tip());
        }
        if (!tipEmitted()) {
            throw new IllegalStateException(
                    "emit the outbox of entry " + current.tip() + " before the next commit, and mark it emitted (E2)");
        }
        return current;
    }

    private LogImage loaded() {
        LogImage current = image;
        if (current == null) {
            throw new IllegalStateException("the log of " + name + " is not loaded: catch up first");
        }
        return current;
    }
}
