package dev.millrace.engine;

import dev.millrace.ErrorPolicy;
import dev.millrace.Pipeline;
import dev.millrace.Transform;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What a task's operators share: the value under way, the outputs since the last commit, and the pipeline's error policy. */
final class TaskScope {
    private final ErrorPolicy errorPolicy;
    private final Limits fullLimits;
    private final Floors floors;
    private Limits limits;
    private final DeadLetter deadLetter;
    private final boolean hasDeadLetters;
    private final Supplier<Progress> progress;
    private final Context context = new Context();
    private final Outbox outbox = new Outbox();
    private final PendingAdds pending = new PendingAdds();
    /** Since the last commit. */
    private final Map<Reason, Long> passedOver = new EnumMap<>(Reason.class);

    private int updates;
    private int silentFirings;
    private long bytesToSend;
    private long nowMillis = Progress.NO_TIME;

    TaskScope(Pipeline pipeline, Limits limits, Floors floors, DeadLetter deadLetter, Supplier<Progress> progress) {
        this.errorPolicy = pipeline.errorPolicy();
        this.fullLimits = limits;
        this.limits = limits;
        this.floors = floors;
        this.deadLetter = deadLetter;
        this.hasDeadLetters = pipeline.deadLetterStream().isPresent();
        this.progress = progress;
    }

    Floors floors() {
        return floors;
    }

    Context context() {
        return context;
    }

    Outbox outbox() {
        return outbox;
    }

    PendingAdds pending() {
        return pending;
    }

    /** The time of the input at hand, as data: a record's arrival, or a tick's time; in epoch milliseconds. */
    long nowMillis() {
        return nowMillis;
    }

    void now(long millis) {
        nowMillis = millis;
    }

    /** Notes that a commit will bring some more interim results. */
    void updatesDue(int more) {
        updates += more;
    }

    /** Notes that something was due that changes state and brings no output: an entry takes only so much of that, too. */
    void firedSilently() {
        silentFirings++;
    }

    /** Notes that a commit will send some more bytes to other stages. */
    void willSend(int bytes) {
        bytesToSend += bytes;
    }

    /** Whether enough has come together for an entry. */
    boolean isFull() {
        return outbox.size() + updates + silentFirings >= limits.maxOutputs()
                || outbox.bytes() + bytesToSend >= limits.maxOutputBytes();
    }

    void takeFullEntries() {
        limits = fullLimits;
    }

    /** @return false if an entry takes one output already */
    boolean takeSmallerEntries() {
        if (limits.maxOutputs() == 1) {
            return false;
        }
        limits = new Limits(limits.maxOutputs() / 2, limits.maxOutputBytes());
        return true;
    }

    /** Takes what is to leave, so that the next entry has nothing of it. */
    List<Output> takeOutputs() {
        List<Output> outputs = List.copyOf(outbox.outputs());
        outbox.clear();
        updates = 0;
        silentFirings = 0;
        bytesToSend = 0;
        return outputs;
    }

    /** Forgets what was gathered since the last commit. */
    void clear() {
        outbox.clear();
        pending.clear();
        passedOver.clear();
        updates = 0;
        silentFirings = 0;
        bytesToSend = 0;
    }

    /**
     * Sends on what a result of this stage has become, to the stages that group it anew; all of it, or nothing.
     *
     * @param from the first that came of the result, among those that wait
     */
    void addResults(int from, long timeMillis) {
        List<ExchangeSender.Prepared> prepared = new ArrayList<>();
        for (int i = from; i < pending.size(); i++) {
            prepared.add(sender(i).prepare(pending.key(i), pending.value(i)));
        }
        for (int i = from; i < pending.size(); i++) {
            sender(i).addResult(prepared.get(i - from), timeMillis);
        }
        pending.truncate(from);
    }

    private ExchangeSender sender(int index) {
        return (ExchangeSender) pending.input(index).operator();
    }

    /** Whether nothing may be passed over. */
    boolean mustFail() {
        return errorPolicy == ErrorPolicy.FAIL;
    }

    /** A record is passed over: by the pipeline's policy it is skipped, or goes to the dead letters. */
    void passOver(SourceRecord record, Reason reason, String message) {
        if (mustFail()) {
            throw new IllegalStateException("the pipeline's policy is to fail, not to pass over: " + message);
        }
        count(reason);
        if (errorPolicy == ErrorPolicy.DEAD_LETTER) {
            outbox.add(deadLetter.ofRecord(record, reason, message));
        }
    }

    /** A record came too late for an aggregation. */
    void late(AggregateInput input, Object value, SourceRecord record, long timeMillis, String message) {
        count(Reason.LATE);
        switch (input.latePolicy()) {
            case DEAD_LETTER -> outbox.add(deadLetter.ofRecord(record, Reason.LATE, message));
            case SIDE_OUTPUT -> {
                context.record(record, timeMillis);
                input.lateRecords().accept(value, context);
            }
            case DROP -> {}
        }
    }

    /** Something that another stage sent came too late here: its value is aggregated, so that it cannot be a side output. */
    void latePart(AggregateInput input, SourceRecord record, String message) {
        count(Reason.LATE);
        if (input.latePolicy() == Transform.LatePolicy.DEAD_LETTER || hasDeadLetters(input)) {
            outbox.add(deadLetter.ofRecord(record, Reason.LATE, message));
        }
    }

    private boolean hasDeadLetters(AggregateInput input) {
        return input.latePolicy() == Transform.LatePolicy.SIDE_OUTPUT && hasDeadLetters;
    }

    /**
     * Follows the pipeline's error policy for a result that cannot be made or sent on.
     *
     * @throws FiringFailure if that is to fail
     */
    void resultFailed(String message, RuntimeException cause) {
        if (mustFail()) {
            throw new FiringFailure(message, cause);
        }
        count(Reason.PROCESSING_FAILED);
        if (errorPolicy == ErrorPolicy.DEAD_LETTER) {
            outbox.add(deadLetter.ofResult(progress.get(), message));
        }
    }

    Map<Reason, Long> passedOver() {
        return Map.copyOf(passedOver);
    }

    private void count(Reason reason) {
        passedOver.merge(reason, 1L, Long::sum);
    }
}
