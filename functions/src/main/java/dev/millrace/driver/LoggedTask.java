package dev.millrace.driver;

import dev.millrace.Pipeline;
import dev.millrace.engine.Changes;
import dev.millrace.engine.Floors;
import dev.millrace.engine.OtherPipelineException;
import dev.millrace.engine.Output;
import dev.millrace.engine.PartTooLargeException;
import dev.millrace.engine.Progress;
import dev.millrace.engine.Reason;
import dev.millrace.engine.Task;
import dev.millrace.sink.Emitter;
import dev.millrace.sink.IdentifiedOutput;
import dev.millrace.sink.OutputId;
import dev.millrace.state.BucketFullException;
import dev.millrace.state.CatchUp;
import dev.millrace.state.CommitResult;
import dev.millrace.state.Entry;
import dev.millrace.state.EntryTooLargeException;
import dev.millrace.state.LogName;
import dev.millrace.state.StateLog;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A partition's task and its log: how one follows the other, and what comes of a commit. */
abstract class LoggedTask {
    private static final int MAX_ATTEMPTS = 20;

    final Pipeline pipeline;
    final LogName name;
    final StateLog log;
    final Emitter emitter;
    final PartitionSettings settings;
    private final UpstreamList upstreams;
    private final Map<Reason, Long> counts = new EnumMap<>(Reason.class);
    private @Nullable Task task;

    LoggedTask(
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

    interface Attempt<R> {
        R run(Task task) throws FencedException;
    }

    /**
     * Does something with the task as of the tip; again, where it was fenced.
     *
     * @param ifSealed what to do instead where nothing can be committed any more
     */
    final <R> R fromTip(Attempt<R> attempt, Supplier<R> ifSealed) {
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
            requireEpoch();
            Floors floors = new Floors(log.header().floors());
            current = new Task(pipeline, name.stage(), name.partition(), log.state(), floors, settings.limits());
            // Not kept before it is restored: an exception must not leave a half-made task.
            task = null;
            current.restore(log.progress());
            StrayState.report(name, current.stateWithoutOperator());
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

    /** The epoch is a log's for its whole life: rows of two would contradict one another. */
    private void requireEpoch() {
        long epoch = pipeline.tableRows().epoch();
        if (log.epoch() != epoch) {
            throw new OtherPipelineException("the state of stage '" + name.stage() + "' is of pipeline '"
                    + name.pipeline() + "' with epoch " + log.epoch() + ", and this pipeline '" + name.pipeline()
                    + "' has epoch " + epoch
                    + ". Nothing was read or written. An epoch is for all of a pipeline's life:"
                    + " give this pipeline another name, or go on with epoch " + log.epoch());
        }
    }

    /** The task as it is now; null where none is known to be right. */
    final @Nullable Task task() {
        return task;
    }

    /** Has the task made anew, from what is committed, before it is used again. */
    final void forgetTask() {
        task = null;
    }

    /** Reads the list of those that send anew. */
    final void listUpstreams(Task current) {
        current.upstreams(upstreams.list());
    }

    interface Known {
        boolean isEmitted(Entry tip);
    }

    /** E2: nothing is committed, and no success reported, before the last entry's outbox is known emitted. */
    final void emitTip(Known known) {
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

    /** Fires what is due by the watermark, in as many entries as that takes (L4). */
    final void finishDue(Task current) throws FencedException {
        while (!current.fireDue()) {
            commit(current);
        }
    }

    /** Commits what has been applied, if anything, and emits what comes of it. */
    final void commit(Task current) throws FencedException {
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
        count(passedOver);
        current.committed();
        emit(committed.number(), changes.outbox());
        writeDueBuckets();
    }

    final void count(Map<Reason, Long> passedOver) {
        passedOver.forEach((reason, count) -> counts.merge(reason, count, Long::sum));
    }

    final void writeDueBuckets() {
        try {
            log.writeDueBuckets();
        } catch (BucketFullException e) {
            // The entry is committed: not to be taken for a commit that was refused.
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    final void emit(long number, List<Output> outbox) {
        if (!outbox.isEmpty()) {
            emitter.emit(IdentifiedOutput.ofOutbox(id(number, 0), outbox));
        }
        log.markTipEmitted();
    }

    /** Of an output of the entry of this number. */
    final OutputId id(long number, int index) {
        return new OutputId(name.pipeline(), name.stage(), name.partition(), log.epoch(), number, index);
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
}
