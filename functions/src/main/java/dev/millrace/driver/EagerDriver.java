package dev.millrace.driver;

import dev.millrace.ErrorPolicy;
import dev.millrace.engine.CellChange;
import dev.millrace.engine.Changes;
import dev.millrace.engine.EagerTask;
import dev.millrace.engine.Handed;
import dev.millrace.engine.Handover;
import dev.millrace.engine.Output;
import dev.millrace.engine.Position;
import dev.millrace.engine.Reason;
import dev.millrace.engine.RecordFailure;
import dev.millrace.engine.Task;
import dev.millrace.engine.UpstreamId;
import dev.millrace.sink.IdentifiedOutput;
import dev.millrace.state.CommitResult;
import dev.millrace.state.EntryTooLargeException;
import dev.millrace.state.StateLogCounters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Drives a partition at least once: outputs leave as soon as they are made, other stages are handed what they get as it is, and state
 * is committed now and then, after all that came of it has left. Whoever drives it commits a receiver before its sender, so
 * that what is read again after a crash is at least what is missing.
 *
 * <p>An output's id is that of the last entry and a running number. So a life of the partition begins with an entry of its own,
 * with nothing in it: that fences off the lives before it, and makes whatever this one writes newer than all that they wrote,
 * committed or not (E6). Later lives, of any guarantee, begin after it.
 *
 * <p>An exception from any method drops what is not committed, and {@link #begin} comes next: so an emitter that waits out what will
 * be over soon saves much being done again. A record at which the code of an aggregation fails is passed over by the
 * pipeline's policy, as ever, but what that code has changed before it failed stays. For one thread at a time.
 */
public final class EagerDriver {
    private static final long NONE = -1;
    private static final int MOST_FIRED_KEYS = 10_000;

    private final PartitionDriver base;
    /** How much of others was found in the log when this life began. */
    private long othersKnown = NONE;

    private @Nullable Task task;
    private @Nullable EagerTask eager;
    private boolean isUncommitted;
    private boolean mayRepeat;
    private long number = NONE;
    private int nextIndex;

    EagerDriver(PartitionDriver base) {
        this.base = base;
    }

    /** Begins a life of the partition, or goes on with one, from what is committed; what was not is dropped. */
    public void begin() {
        if (isUncommitted) {
            drop();
        }
        // What was fed before, exactly once, is committed, and must not be taken for the beginning of what comes now.
        base.drop();
        mayRepeat = true;
        if (base.task() != null && othersKnown == others()) {
            return;
        }
        base.fromTip(
                current -> {
                    base.emitTip(tip -> false);
                    if (!(base.log.commit(new Changes(base.log.progress(), List.of(), List.of()))
                            instanceof CommitResult.Committed)) {
                        throw new FencedException();
                    }
                    return true;
                },
                // A sealed partition gets nothing any more.
                () -> true);
        othersKnown = others();
    }

    private long others() {
        StateLogCounters counters = base.log.counters();
        return counters.caughtUp() + counters.loads();
    }

    /**
     * Applies records, in order; those at or before the position are passed over.
     *
     * @param whenFull commits: called where more would be too much for one entry
     * @return the record that cannot be processed and must not be passed over, up to which all is applied; null if there is none
     */
    public BatchResult.@Nullable FailedAt apply(List<BatchItem> items, long nowMillis, Runnable whenFull) {
        Task current = current();
        try {
            for (int i = 0; i < items.size(); i++) {
                BatchItem item = items.get(i);
                if (mayRepeat && isDecided(current, item)) {
                    continue;
                }
                isUncommitted = true;
                RecordFailure failure = apply(current, item, nowMillis);
                if (failure != null) {
                    if (base.pipeline.errorPolicy() == ErrorPolicy.FAIL) {
                        return failedAt(item, failure);
                    }
                    current.passOver(item.record(), failure);
                }
                fire(current, whenFull);
            }
            return null;
        } catch (RuntimeException | Error e) {
            forget();
            throw e;
        }
    }

    private boolean isDecided(Task current, BatchItem item) {
        Position position = item.record().position();
        Position decided = current.progress().position();
        mayRepeat = position != null && decided != null && position.compareTo(decided) <= 0;
        return mayRepeat;
    }

    private static @Nullable RecordFailure apply(Task current, BatchItem item, long nowMillis) {
        if (item.failure() != null) {
            return item.failure();
        }
        try {
            Object value = item.value();
            if (item.isEmpty()) {
                current.passEmpty(item.record());
            } else if (value != null) {
                current.applyDecoded(item.record(), value, nowMillis);
            } else {
                current.apply(item.record(), nowMillis);
            }
            return null;
        } catch (RecordFailure e) {
            return e;
        }
    }

    private static BatchResult.FailedAt failedAt(BatchItem item, RecordFailure failure) {
        Position position = item.record().position();
        return new BatchResult.FailedAt(
                position == null ? "" : position.sequenceNumber(), String.valueOf(failure.getMessage()));
    }

    /**
     * Takes what another stage has handed over.
     *
     * @param whenFull as for {@link #apply}
     */
    public void take(Handed handed, long nowMillis, Runnable whenFull) {
        Task current = current();
        if (!current.knowsUpstream(handed.from())) {
            base.listUpstreams(current);
        }
        try {
            isUncommitted = true;
            eager().take(handed, nowMillis);
            fire(current, whenFull);
        } catch (RuntimeException | Error e) {
            forget();
            throw e;
        }
    }

    private void fire(Task current, Runnable whenFull) {
        while (!current.fireDue() || current.isFull()) {
            emit();
            // Windows that close take state away, and that must fit one entry.
            if (eager().changedKeys() >= MOST_FIRED_KEYS) {
                whenFull.run();
            }
        }
    }

    /** Emits what has come. */
    public void emit() {
        emit(eager().takeOutputs());
    }

    /** As {@link #emit}, with what is sent every so often, where that is due by the time, in epoch milliseconds. */
    public void emitAll(long nowMillis) {
        for (List<Output> outputs = eager().takeAllOutputs(nowMillis);
                !outputs.isEmpty();
                outputs = eager().takeAllOutputs(nowMillis)) {
            isUncommitted = true;
            emit(outputs);
        }
    }

    private void emit(List<Output> outputs) {
        if (outputs.isEmpty()) {
            return;
        }
        if (number != base.log.tip()) {
            number = base.log.tip();
            nextIndex = base.log.tipOutbox().size();
        }
        List<IdentifiedOutput> identified = IdentifiedOutput.ofOutbox(base.id(number, nextIndex), outputs);
        nextIndex = Math.addExact(nextIndex, outputs.size());
        try {
            base.emitter.emit(identified);
        } catch (RuntimeException | Error e) {
            forget();
            throw e;
        }
    }

    /**
     * Hands over what waits for other stages.
     *
     * @param ways to all that this stage sends to
     */
    public void handOver(Map<String, Handover> ways) {
        eager().handOver(ways, new UpstreamId(base.name.stage(), base.name.partition()));
    }

    /** Whether anything was applied or taken that is not committed. */
    public boolean isUncommitted() {
        return isUncommitted;
    }

    /** How many keys have changed since the last commit: as many as a commit will write. */
    public int changedKeys() {
        return isUncommitted ? eager().changedKeys() : 0;
    }

    /**
     * Commits what was applied and taken. All that came of it must have left: it must be {@linkplain #emitAll emitted}, and handed
     * over and committed there.
     *
     * @throws OvertakenException if others have committed meanwhile
     */
    public void commit() {
        if (!isUncommitted) {
            return;
        }
        Task current = current();
        try {
            Changes changes = eager().changes();
            Map<Reason, Long> passedOver = current.passedOver();
            boolean isNew = !changes.isEmpty() || !changes.progress().equals(base.log.progress());
            if (isNew) {
                write(changes);
            }
            base.count(passedOver);
            current.committed();
            isUncommitted = false;
            if (isNew) {
                base.writeDueBuckets();
            }
        } catch (RuntimeException | Error e) {
            forget();
            throw e;
        }
    }

    private void write(Changes changes) {
        try {
            if (!(base.log.commit(changes) instanceof CommitResult.Committed)) {
                throw new OvertakenException(base.name.toString());
            }
        } catch (EntryTooLargeException e) {
            writeInParts(changes, e);
        }
    }

    /**
     * Where the process dies between two parts, what is written is more than what is committed of the source, and is added once more;
     * so what is taken away, and with it how far time has come, is in the last part.
     */
    private void writeInParts(Changes changes, EntryTooLargeException tooLarge) {
        List<CellChange> all = changes.cells();
        List<CellChange> first = new ArrayList<>();
        List<CellChange> rest = new ArrayList<>();
        long changed = all.stream().filter(EagerDriver::isContent).count();
        if (changed < 2) {
            throw tooLarge;
        }
        for (CellChange cell : all) {
            (isContent(cell) && first.size() < changed / 2 ? first : rest).add(cell);
        }
        write(new Changes(base.log.progress(), first, List.of()));
        write(new Changes(changes.progress(), rest, List.of()));
    }

    private static boolean isContent(CellChange cell) {
        return cell.value() != null && !cell.id().isKeyless();
    }

    /** Drops what is not committed. */
    public void drop() {
        if (isUncommitted) {
            forget();
        }
    }

    private void forget() {
        base.drop();
        base.forgetTask();
        isUncommitted = false;
    }

    private Task current() {
        Task known = base.task();
        if (known == null) {
            throw new IllegalStateException("partition " + base.name + " has not begun, or has been sealed");
        }
        if (known != task) {
            task = known;
            eager = known.eager();
        }
        return known;
    }

    private EagerTask eager() {
        var unused = current();
        return Objects.requireNonNull(eager);
    }
}
