package dev.millrace.driver;

import dev.millrace.Pipeline;
import dev.millrace.engine.Mark;
import dev.millrace.engine.Output;
import dev.millrace.engine.Position;
import dev.millrace.engine.Progress;
import dev.millrace.engine.Task;
import dev.millrace.engine.UpstreamId;
import dev.millrace.sink.Emitter;
import dev.millrace.state.CommitResult;
import dev.millrace.state.Entry;
import dev.millrace.state.LogName;
import dev.millrace.state.SealedLog;
import dev.millrace.state.StateLog;
import java.time.Duration;
import java.util.List;
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
public final class PartitionDriver extends LoggedTask {
    /** An hour less than Kinesis keeps records at the least: what is younger cannot have expired. */
    private static final Duration KNOWN_PRESENT = Duration.ofHours(23);

    /** What is fed and not flushed; null where the next record has to catch up first. */
    private @Nullable BatchRun underWay;

    private final EagerDriver eager = new EagerDriver(this);

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
        super(pipeline, name, log, emitter, settings, upstreams);
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

    /** This partition, as driven at least once. What that has not committed is committed before this driver does anything. */
    public EagerDriver eager() {
        return eager;
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
            forgetTask();
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
            listUpstreams(current);
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
                    listUpstreams(task);
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
        if (eager.isUncommitted() || (fed != null && !fed.isCommitted())) {
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

    /**
     * What was last taken of a partition that sends to this one, what was fed and not flushed included; null where nothing was, or
     * where that is not known.
     */
    public @Nullable Mark taken(UpstreamId id) {
        Task current = task();
        if (current == null) {
            return null;
        }
        // What is left in the task where nothing is under way has failed, and is dropped when it next catches up.
        return underWay == null ? current.takenCommitted(id) : current.taken(id);
    }

    /** @param ifSealed what to do instead where nothing can be committed any more */
    private <R> R attempt(Attempt<R> attempt, Supplier<R> ifSealed) {
        BatchRun left = underWay;
        if (left != null && !left.isCommitted()) {
            throw new IllegalStateException("flush what was fed to " + name + " first");
        }
        if (eager.isUncommitted()) {
            throw new IllegalStateException("commit what was applied to " + name + " first");
        }
        underWay = null;
        return fromTip(attempt, ifSealed);
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
}
