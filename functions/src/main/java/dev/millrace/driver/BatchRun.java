package dev.millrace.driver;

import dev.millrace.ErrorPolicy;
import dev.millrace.Pipeline;
import dev.millrace.engine.Exchanged;
import dev.millrace.engine.KeyId;
import dev.millrace.engine.NotEncodableException;
import dev.millrace.engine.PartTooLargeException;
import dev.millrace.engine.Position;
import dev.millrace.engine.Progress;
import dev.millrace.engine.Reason;
import dev.millrace.engine.RecordFailure;
import dev.millrace.engine.Task;
import dev.millrace.state.BucketFullException;
import dev.millrace.state.EntryTooLargeException;
import dev.millrace.state.KeyStateTooLargeException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a batch, or at records as they come. Records are applied one after another, and committed together until an
 * entry is full (L4). What does not fit one entry is begun again in smaller parts, and so is what cannot be encoded; a record that does not fit, or
 * cannot be encoded, by itself, or that leaves traces as it fails, is passed over by the pipeline's policy, or ends the batch,
 * while those before it are committed. A bucket that is full, and a key's state that is too large or cannot be encoded and is not
 * the record's, end it with an exception: no record is to blame, and none is passed over.
 */
final class BatchRun {
    /**
     * How often records are applied again since one of them has failed, before those that come before it are committed. That
     * costs as much as applying thousands of records, so not every failure is worth it; without it, a batch in which many
     * fail would take time by the square of its size.
     */
    private static final int MOST_RESTARTS = 16;

    private final PartitionDriver driver;
    private final Pipeline pipeline;
    private final Task task;
    private final List<BatchItem> items = new ArrayList<>();
    /** Of each item, or null. */
    private final List<@Nullable RecordFailure> failures = new ArrayList<>();

    private long nowMillis = Progress.NO_TIME;

    /** The first item that is not committed, and the next to apply. */
    private int uncommitted;

    private int next;
    /** How many items may go into one entry, beside what the task says. */
    private int entryItems = Integer.MAX_VALUE;
    /** How often failing records have had what is not committed begun again. */
    private int restarts;

    BatchRun(PartitionDriver driver, Pipeline pipeline, Task task) {
        this.driver = driver;
        this.pipeline = pipeline;
        this.task = task;
    }

    Task task() {
        return task;
    }

    /** Adds what comes next; but not what was decided before. */
    void add(List<BatchItem> more, long now) {
        forgetCommitted();
        nowMillis = Math.max(nowMillis, now);
        Position decided = task.progress().position();
        for (BatchItem item : more) {
            Position position = item.record().position();
            if (position == null || decided == null || position.compareTo(decided) > 0) {
                items.add(item);
                failures.add(item.failure());
            }
        }
    }

    /** The latest time at which anything was added, in epoch milliseconds. */
    long nowMillis() {
        return nowMillis;
    }

    boolean isCommitted() {
        return uncommitted == items.size();
    }

    /** What is not committed, as it came. */
    List<BatchItem> uncommitted() {
        return List.copyOf(items.subList(uncommitted, items.size()));
    }

    /** Applies all there is, and commits it. */
    BatchResult run() throws FencedException {
        while (true) {
            BatchResult result = apply();
            if (result instanceof BatchResult.FailedAt || commit()) {
                return result;
            }
        }
    }

    /**
     * Applies all there is, and commits it only where an entry is full, or a record fails that must not be passed over: then all
     * that comes before that one is committed.
     */
    BatchResult apply() throws FencedException {
        while (true) {
            // Before a record is applied, what is due before it has fired: always, whatever was rolled back meanwhile
            // (L4).
            finishDue();
            if (next == items.size()) {
                return new BatchResult.Done();
            }
            BatchItem item = items.get(next);
            RecordFailure failure = failures.get(next);
            if (failure != null && pipeline.errorPolicy() == ErrorPolicy.FAIL) {
                if (commit()) {
                    return failedAt(item, failure);
                }
            } else if (decide(item, failure)) {
                next++;
                finishDue();
                if (task.isFull() || next - uncommitted >= entryItems) {
                    commit();
                }
            }
        }
    }

    private static BatchResult failedAt(BatchItem item, RecordFailure failure) {
        Position position = item.record().position();
        String message = String.valueOf(failure.getMessage());
        if (position == null) {
            // Whoever sent it sends it again.
            throw new IllegalStateException(message, failure);
        }
        return new BatchResult.FailedAt(position.sequenceNumber(), message);
    }

    private void forgetCommitted() {
        items.subList(0, uncommitted).clear();
        failures.subList(0, uncommitted).clear();
        next -= uncommitted;
        uncommitted = 0;
    }

    /** @return false if the item has failed only now, and is to be taken again */
    private boolean decide(BatchItem item, @Nullable RecordFailure failure) throws FencedException {
        if (failure != null) {
            task.passOver(item.record(), failure);
            return true;
        }
        if (item.isEmpty()) {
            task.passEmpty(item.record());
            return true;
        }
        try {
            Exchanged exchanged = item.exchanged();
            Object value = item.value();
            if (exchanged != null) {
                task.applyExchanged(item.record(), exchanged);
            } else if (value != null) {
                task.applyDecoded(item.record(), value, nowMillis);
            } else {
                task.apply(item.record(), nowMillis);
            }
            return true;
        } catch (RecordFailure e) {
            failures.set(next, e);
            if (e.needsRollback()) {
                restarts++;
                if (restarts >= MOST_RESTARTS && next > uncommitted) {
                    entryItems = next - uncommitted;
                }
                beginAgain();
            }
            return false;
        }
    }

    private void finishDue() throws FencedException {
        int at = next;
        while (!task.fireDue()) {
            if (!commit() && next != at) {
                // Records were rolled back, and what they had made due with them: they come again.
                return;
            }
        }
    }

    /** @return false if what was to be committed cannot be, and is to be applied again, in smaller parts */
    private boolean commit() throws FencedException {
        try {
            driver.commit(task);
        } catch (EntryTooLargeException
                | KeyStateTooLargeException
                | BucketFullException
                | PartTooLargeException
                | NotEncodableException e) {
            makeSmaller(e);
            return false;
        }
        uncommitted = next;
        restarts = 0;
        entryItems = (int) Math.min(Integer.MAX_VALUE, 2L * entryItems);
        return true;
    }

    private void makeSmaller(RuntimeException refused) throws FencedException {
        int applied = next - uncommitted;
        boolean isFirings = refused instanceof EntryTooLargeException || refused instanceof PartTooLargeException;
        if (applied > 1) {
            entryItems = applied / 2;
        } else if (isFirings && task.takeSmallerEntries()) {
            // What one record has made due may change more state than fits.
            entryItems = 1;
        } else if (applied == 1 && failures.get(uncommitted) == null && isToBlame(items.get(uncommitted), refused)) {
            BatchItem item = items.get(uncommitted);
            String message = String.valueOf(refused.getMessage());
            failures.set(
                    uncommitted,
                    item.exchanged() == null
                            ? task.failureOf(item.record(), message, refused)
                            : RecordFailure.untimed(Reason.PROCESSING_FAILED, message, refused));
            task.takeFullEntries();
        } else {
            throw refused;
        }
        beginAgain();
    }

    /** Whether what cannot be committed may be a record's doing, rather than that of firings and updates that went with it. */
    private static boolean isToBlame(BatchItem item, RuntimeException refused) {
        KeyId ofState = refused instanceof KeyStateTooLargeException ofKey
                ? ofKey.id()
                : refused instanceof NotEncodableException ofKey ? ofKey.stored() : null;
        if (ofState != null) {
            return Arrays.equals(ofState.key(), keyOf(item));
        }
        // What another stage has sent is merged into state; what this one sends comes of firings then.
        boolean isPart = refused instanceof PartTooLargeException || refused instanceof NotEncodableException;
        boolean isSent = isPart && item.exchanged() != null;
        return !isSent && !(refused instanceof BucketFullException) && !(item.exchanged() instanceof Exchanged.OfEnd);
    }

    /** The key whose state an item changes: that of a part, or a record's partition key. */
    private static byte[] keyOf(BatchItem item) {
        return item.exchanged() instanceof Exchanged.OfPart part
                ? part.part().key()
                : item.record().partitionKey().getBytes(StandardCharsets.UTF_8);
    }

    private void beginAgain() throws FencedException {
        task.rollback();
        next = uncommitted;
    }
}
