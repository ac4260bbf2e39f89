package dev.millrace.driver;

import dev.millrace.Pipeline;
import dev.millrace.engine.Changes;
import dev.millrace.engine.Floors;
import dev.millrace.engine.Mark;
import dev.millrace.engine.Output;
import dev.millrace.engine.PartTooLargeException;
import dev.millrace.engine.Position;
import dev.millrace.engine.Progress;
import dev.millrace.engine.Reason;
import dev.millrace.engine.Task;
import dev.millrace.engine.UpstreamId;
import dev.millrace.sink.Emitter;
import dev.millrace.sink.IdentifiedOutput;
import dev.millrace.sink.OutputId;
import dev.millrace.state.BucketFullException;
import dev.millrace.state.CatchUp;
import dev.millrace.state.CommitResult;
import dev.millrace.state.Entry;
import dev.millrace.state.EntryTooLargeException;
import dev.millrace.state.LogName;
import dev.millrace.state.SealedLog;
import dev.millrace.state.StateLog;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Drives one partition: applies batches and ticks to its task, commits, and emits.
 *
 * <pre>
 *   catch up ▶ emit the tip's outbox, unless known emitted (E2, E3) ▶ finish what is due
 *     ▶ apply records ▶ commit (L1) ▶ emit (E1) ▶ write due buckets (B1) ▶ ... ▶ done
 * </pre>
 *
 * Fenced, it drops what is not committed and begins again from what others have committed (L2). An exception from any
 * method means that the outcome is not known: the batch or tick must come again, to this object or to another. Confined to
 * one thread at a time.
 */
public final class PartitionDriver {
    private static final int MAX_ATTEMPTS = 20;
    /** An hour less than Kinesis keeps records at the least: what is younger cannot have expired. */
    private static final Duration KNOWN_PRESENT = Duration.ofHours(23);

    private final Pipeline pipeline;
    private final LogName name;
    private final StateLog log;
    private final Emitter emitter;
    private final PartitionSettings settings;
    private final UpstreamList upstreams;
    private final Map<Reason, Long> counts = new EnumMap<>(Reason.class);
    private @Nullable Task task;
    /** What is fed and not flushed; null where the next record has to catch up first. */
    private @Nullable BatchRun underWay;

    /** Of a stage that reads the source. */
    public PartitionDriver(Pipeline pipeline, LogName name, StateLog log, Emitter emitter, PartitionSettings settings) {
        this(pipeline, name, log, emitter, settings, List::of);
    }

    /**
     * @param log of this partition, used by nobody else
     * @param upstreams the partitions that send to this one
     */
    public PartitionDriver(
            Pipeline pipeline,
            LogName name,
            StateLog log,
            Emitter emitter,
            PartitionSettings settings,
            UpstreamList upstreams) {
        this.pipeline = pipeline;
        this.name = name;
        this.log = log;
        this.emitter = emitter;
        this.settings = settings;
        this.upstreams = upstreams;
    }

    private interface Attempt<R> {
        R run(Task task) throws FencedException;
    }

    /**
     * Applies a batch. Records at or before the partition's position are passed over, so that it may be delivered again,
     * in whole or in part.
     */
    public BatchResult apply(Batch batch) {
        return attempt(
                task -> {
                    listUpstreams(task, batch.items());
                    emitTip(tip -> isKnownEmitted(tip, batch));
                    BatchRun run = new BatchRun(this, pipeline, task);
                    run.add(batch.items(), batch.nowMillis());
                    return run.run();
                },
                () -> deliveredAgain(batch.items()));
    }

    /**
     * Applies records as they come, and leaves it to {@link #flush} to commit them; sooner only where an entry is full. Records at
     * or before the partition's position are passed over. What comes of records is emitted when it is committed, and not
     * before. That others have committed meanwhile is found out by the fence (L1), and what was not committed is applied again
     * after it.
     *
     * <p>After an exception, and after {@link BatchResult.FailedAt}, nothing is left of what was not committed: all that is after
     * {@link #progress}'s position must come again, and what other stages have sent must be sent again.
     */
    public BatchResult feed(Batch batch) {
        return goOn(batch.items(), batch.nowMillis(), BatchRun::apply);
    }

    /** Commits what was {@linkplain #feed fed}, and emits what came of it; result and exceptions are as there. */
    public BatchResult flush() {
        return goOn(List.of(), Progress.NO_TIME, BatchRun::run);
    }

    /** Drops what was fed and not flushed: all that is after {@link #progress}'s position must come again. */
    public void drop() {
        // The task itself goes back to the last commit when it next catches up.
        underWay = null;
    }

    private interface Step {
        BatchResult of(BatchRun run) throws FencedException;
    }

    private BatchResult goOn(List<BatchItem> more, long nowMillis, Step step) {
        BatchRun run = underWay;
        underWay = null;
        if (run == null) {
            return more.isEmpty() ? new BatchResult.Done() : begin(more, nowMillis, step);
        }
        listUpstreams(run.task(), more);
        run.add(more, nowMillis);
        try {
            return goOn(run, step);
        } catch (FencedException e) {
            return begin(run.uncommitted(), run.nowMillis(), step);
        } catch (Error e) {
            task = null;
            throw e;
        }
    }

    private BatchResult begin(List<BatchItem> items, long nowMillis, Step step) {
        return attempt(
                current -> {
                    emitTip(tip -> false);
                    listUpstreams(current, items);
                    BatchRun run = new BatchRun(this, pipeline, current);
                    run.add(items, nowMillis);
                    return goOn(run, step);
                },
                () -> deliveredAgain(items));
    }

    private BatchResult goOn(BatchRun run, Step step) throws FencedException {
        BatchResult result = step.of(run);
        underWay = result instanceof BatchResult.Done ? run : null;
        if (run.isCommitted()) {
            run.task().takeFullEntries();
        }
        return result;
    }

    /** Reads the list of those that send anew, where something comes from one that is not known. */
    private void listUpstreams(Task current, List<BatchItem> items) {
        boolean isKnown = items.stream()
                .map(BatchItem::exchanged)
                .allMatch(exchanged -> exchanged == null || current.knowsUpstream(exchanged.upstream()));
        if (!isKnown) {
            current.upstreams(upstreams.list());
        }
    }

    /** As {@link #tick(long, long, IdleProbe)}, where nothing is known of other partitions. */
    public void tick(long nowMillis, IdleProbe probe) {
        tick(nowMillis, Progress.NO_TIME, probe);
    }

    /**
     * Takes a tick. Whatever the outcome, the outbox of the last entry is emitted unless it is known to be (E5). A sealed
     * partition does nothing: those that take over from it see to its outbox.
     *
     * @param nowMillis "now", taken before this call, in epoch milliseconds
     * @param awaitedMillis the largest {@link #awaitedMillis} that is known of any partition of the stage
     * @param probe finds out whether the partition is idle
     */
    public void tick(long nowMillis, long awaitedMillis, IdleProbe probe) {
        attempt(
                task -> {
                    emitTip(tip -> false);
                    boolean isIdle = task.canBeIdle()
                            && probe.isIdleAfter(task.progress().position());
                    task.upstreams(upstreams.list());
                    finishDue(task);
                    task.tick(nowMillis, isIdle, settings.idleTimeout(), awaitedMillis);
                    finishDue(task);
                    commit(task);
                    return true;
                },
                () -> true);
    }

    /**
     * R1: requires that the partition is sealed, or drained.
     *
     * @throws NotDrainedException if it is not
     */
    void requireDrained(DrainProof proof) {
        requireFlushed();
        attempt(
                task -> {
                    requireDrained(task, proof);
                    return true;
                },
                () -> true);
    }

    /** What was fed and not flushed is not decided: its shard is not drained, whatever is behind it. */
    private void requireFlushed() {
        BatchRun fed = underWay;
        if (fed != null && !fed.isCommitted()) {
            throw new NotDrainedException(name.partition(), log.progress().position());
        }
    }

    private void requireDrained(Task current, DrainProof proof) {
        Position position = current.progress().position();
        if ((position != null && position.insideAggregate()) || !proof.isDrainedAfter(position)) {
            throw new NotDrainedException(name.partition(), position);
        }
    }

    /**
     * R2: seals the partition's log, once it is proven drained. When this returns, all that was due is done, and every outbox of
     * the log is emitted, that of the seal included.
     *
     * @return what it leaves to those that take over from it
     * @throws NotDrainedException if it is not drained
     */
    SealedLog seal(DrainProof proof) {
        requireFlushed();
        return attempt(
                task -> {
                    requireDrained(task, proof);
                    emitTip(tip -> false);
                    finishDue(task);
                    commit(task);
                    List<Output> lastWords = task.lastWords();
                    if (!(log.seal(lastWords) instanceof CommitResult.Committed committed)) {
                        throw new FencedException();
                    }
                    emit(committed.number(), lastWords);
                    return log.sealed();
                },
                () -> {
                    emitTip(tip -> false);
                    return log.sealed();
                });
    }

    /** The log was sealed once all of the shard was decided: what comes now has been delivered before. */
    private BatchResult deliveredAgain(List<BatchItem> items) {
        emitTip(tip -> false);
        Position position = log.progress().position();
        Position last =
                items.isEmpty() ? null : items.get(items.size() - 1).record().position();
        if (last != null && (position == null || last.compareTo(position) > 0)) {
            throw new IllegalStateException("the log of " + name + " was sealed at "
                    + (position == null ? "its beginning" : "sequence number " + position.sequenceNumber())
                    + " once its shard was read to the end, and here is the record of sequence number "
                    + last.sequenceNumber()
                    + ": has the stream been deleted and made again? Then its pipeline needs a new state table");
        }
        return new BatchResult.Done();
    }

    /** How far the partition has come; known once a batch or tick was taken. */
    public Progress progress() {
        return log.progress();
    }

    /** The number of the last entry that is known here; known once a batch or tick was taken. */
    public long tip() {
        return log.tip();
    }

    /** Until when, as a time of arrival, the stage's partitions must say that they are idle for this one's sake (X4). */
    public long awaitedMillis() {
        Task current = task;
        return current == null ? Progress.NO_TIME : current.awaitedMillis();
    }

    /**
     * Until when, as a time of arrival, a tick must come that closes all windows of what has come, here and in later stages,
     * once nothing more will come; {@link Progress#NO_TIME} without any record.
     */
    public long overMillis() {
        Task current = task;
        return current == null ? Progress.NO_TIME : current.overMillis();
    }

    /**
     * What was last taken of a partition that sends to this one, what was fed and not flushed included; null where nothing was, or
     * where that is not known.
     */
    public @Nullable Mark taken(UpstreamId id) {
        Task current = task;
        if (current == null) {
            return null;
        }
        // What is left in the task where nothing is under way has failed, and is dropped when it next catches up.
        return underWay == null ? current.takenCommitted(id) : current.taken(id);
    }

    /**
     * How many records and results were late, skipped or dead-lettered in what this object has committed, by reason. What is
     * applied again after a commit was refused counts once; a commit whose reply was lost does not count.
     */
    public Map<Reason, Long> counts() {
        return Map.copyOf(counts);
    }

    /**
     * How far event time has come, for metrics: the committed watermark, or what the clock would have brought it to if anything
     * were due, where the partition was last seen idle (T1). {@link Progress#NO_TIME} where there is none, where it is not known, and
     * where the partition is sealed.
     */
    public long eventTimeMillis() {
        if (!log.isLoaded() || log.isSealed()) {
            return Progress.NO_TIME;
        }
        Task current = task;
        return Math.max(log.progress().watermark(), current == null ? Progress.NO_TIME : current.goneOnMillis());
    }

    /** As {@link Task#isAtRest}; false where that is not known. */
    public boolean isAtRest() {
        Task current = task;
        return current != null && current.isAtRest();
    }

    /** @param ifSealed what to do instead where nothing can be committed any more */
    private <R> R attempt(Attempt<R> attempt, Supplier<R> ifSealed) {
        BatchRun left = underWay;
        if (left != null && !left.isCommitted()) {
            throw new IllegalStateException("flush what was fed to " + name + " first");
        }
        underWay = null;
        log.beginInvocation();
        Task known = task;
        if (known != null) {
            known.takeFullEntries();
        }
        for (int i = 0; i < MAX_ATTEMPTS; i++) {
            CatchUp caughtUp = log.catchUp();
            if (log.isSealed()) {
                task = null;
                return ifSealed.get();
            }
            Task current = taskAfter(caughtUp);
            try {
                return attempt.run(current);
            } catch (FencedException e) {
                // Begin again from what is there.
            } catch (EntryTooLargeException | PartTooLargeException e) {
                // Of a tick, or of what was due before a batch; nothing is written.
                if (!current.takeSmallerEntries()) {
                    throw e;
                }
            } catch (Error e) {
                // The task takes note of exceptions of the user's code, not of errors: it may not know all that has
                // changed.
                task = null;
                throw e;
            }
        }
        throw new ContentionException(name.toString(), MAX_ATTEMPTS);
    }

    /** The task as of the tip; nothing that was not committed is left in it, whatever happened before (L2). */
    private Task taskAfter(CatchUp result) {
        Task current = task;
        if (current == null || result.reloaded()) {
            Floors floors = new Floors(log.header().floors());
            current = new Task(pipeline, name.stage(), name.partition(), log.state(), floors, settings.limits());
            // Not kept before it is restored: an exception must not leave a half-made task.
            task = null;
            current.restore(log.progress());
            current.upstreams(upstreams.list());
            task = current;
        } else {
            // Likewise: what others have changed is told once.
            task = null;
            current.caughtUp(log.progress(), result.changed());
            task = current;
        }
        return current;
    }

    private interface Known {
        boolean isEmitted(Entry tip);
    }

    /** E2: nothing is committed, and no success reported, before the last entry's outbox is known emitted. */
    private void emitTip(Known known) {
        Entry tip = log.tipEntry();
        if (tip == null || log.tipEmitted()) {
            return;
        }
        if (known.isEmitted(tip)) {
            log.markTipEmitted();
        } else {
            emit(tip.number(), log.tipOutbox());
        }
    }

    /**
     * E3: the mapping has moved past the entry's position, which it does only once an invocation has reported success, or a
     * failure beyond it; and that was after the outbox was emitted.
     */
    private boolean isKnownEmitted(Entry tip, Batch batch) {
        Position position = tip.progress().position();
        return tip.kind() == Entry.Kind.BATCH
                && position != null
                && settings.retriesForever()
                && settings.mappingId() != null
                && Objects.equals(settings.mappingId(), tip.mappingId())
                && batch.nowMillis() - tip.progress().arrivalMillis() < KNOWN_PRESENT.toMillis()
                && Position.compareSequenceNumbers(batch.firstSequenceNumber(), position.sequenceNumber()) > 0;
    }

    /** Fires what is due by the watermark, in as many entries as that takes (L4). */
    void finishDue(Task current) throws FencedException {
        while (!current.fireDue()) {
            commit(current);
        }
    }

    /** Commits what has been applied, if anything, and emits what comes of it. */
    void commit(Task current) throws FencedException {
        Changes changes = current.changes();
        if (changes.isEmpty()
                && Objects.equals(changes.progress().position(), log.progress().position())) {
            // A tick that changes nothing writes nothing (E5).
            current.rollback();
            return;
        }
        Map<Reason, Long> passedOver = current.passedOver();
        CommitResult result = log.commit(changes);
        if (!(result instanceof CommitResult.Committed committed)) {
            throw new FencedException();
        }
        passedOver.forEach((reason, count) -> counts.merge(reason, count, Long::sum));
        current.committed();
        emit(committed.number(), changes.outbox());
        try {
            log.writeDueBuckets();
        } catch (BucketFullException e) {
            // The entry is committed: not to be taken for a commit that was refused.
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private void emit(long number, List<Output> outbox) {
        OutputId first = new OutputId(name.pipeline(), name.stage(), name.partition(), log.epoch(), number, 0);
        if (!outbox.isEmpty()) {
            emitter.emit(IdentifiedOutput.ofOutbox(first, outbox));
        }
        log.markTipEmitted();
    }
}
