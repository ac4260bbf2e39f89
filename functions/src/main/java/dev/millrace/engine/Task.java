package dev.millrace.engine;

import dev.millrace.Pipeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A partition's operators and keyed state in memory. It is given records one at a time, in the order of the shard, and
 * says at a commit what has changed:
 *
 * <pre>
 *   apply(record), fireDue()      any number of times
 *   changes()                     what to commit
 *   committed() or rollback()     how that went
 * </pre>
 *
 * Until {@link #committed} nothing that was applied counts (L2): {@link #rollback} takes the task back to its last commit.
 * For the same records after the same commit a task does the same, however often. Confined to one thread at a time.
 */
public final class Task {
    private final KeyedState committed;
    private final TaskScope scope;
    private final Graph graph;
    private final EventClock clock;
    private final Exchanges exchanges;
    /** Where other stages send to this one; null in the stage that reads the source. */
    private final @Nullable ExchangeInput input;

    private final TaskTime time;

    private Progress committedProgress = Progress.NONE;

    /**
     * @param stage the name of the stage that is to run here
     * @param partition the shard's, for dead letters
     * @param committed the keyed state as of the last commit, which whoever commits keeps up to date; read by
     *     {@link #restore}
     */
    public Task(Pipeline pipeline, String stage, String partition, KeyedState committed, Limits limits) {
        this(pipeline, stage, partition, committed, Floors.NONE, limits);
    }

    /** As above, for a partition that has taken over from others, with the floors that they left. */
    public Task(Pipeline pipeline, String stage, String partition, KeyedState committed, Floors floors, Limits limits) {
        this.committed = committed;
        this.scope = new TaskScope(pipeline, limits, floors, new DeadLetter(stage, partition), this::progress);
        StageSlice slice = StageSlice.of(pipeline, stage);
        this.graph = new Graph(pipeline, slice, scope);
        this.clock = new EventClock(graph.source().eventTime());
        this.exchanges = graph.exchanges();
        this.input = slice.keyBy().isPresent() ? new ExchangeInput(graph.inputs(), scope) : null;
        this.time = new TaskTime(clock, floors, graph, input == null ? null : input.upstreams());
    }

    /** Takes over the committed state as a whole, as of {@code progress}: once, before anything else. */
    public void restore(Progress progress) {
        reset(progress);
        for (AggregateOperator operator : graph.aggregates()) {
            operator.restore(committed, progress.watermark());
        }
        restoreExchange();
    }

    /** Takes over what others have committed, as of {@code progress}, and drops what this task has not. */
    public void caughtUp(Progress progress, Iterable<KeyId> changed) {
        reset(progress);
        for (AggregateOperator operator : graph.aggregates()) {
            operator.reload(committed, progress.watermark(), changed);
        }
        restoreExchange();
    }

    private void restoreExchange() {
        if (input != null) {
            input.upstreams().restore(committed, committedProgress.recordWatermark());
        }
        exchanges.restore(committed, time.sentMillis());
    }

    /**
     * Says which partitions send to this one, in a stage that others send to: before anything is applied, and whenever the
     * list has changed.
     */
    public void upstreams(List<UpstreamShard> shards) {
        if (input != null) {
            input.upstreams().list(shards);
            input.upstreams().advance();
            time.follow(input.upstreams());
        }
    }

    /** Whether an upstream is among those of {@link #upstreams}; if not, the list is to be read anew. */
    public boolean knowsUpstream(UpstreamId id) {
        return input == null || input.upstreams().isListed(id);
    }

    /** Drops what has been applied since the last commit. */
    public void rollback() {
        caughtUp(committedProgress, List.of());
    }

    private void reset(Progress progress) {
        committedProgress = progress;
        time.reset(progress);
        scope.clear();
        scope.now(progress.arrivalMillis());
    }

    /**
     * Applies a record, which must be after the position. What it makes due waits for {@link #fireDue}.
     *
     * @param processingMillis the time at which it is processed; it counts in processing time only
     * @throws RecordFailure if the record cannot be processed. Nothing has changed then, unless
     *     {@link RecordFailure#needsRollback} says so
     * @throws FiringFailure if a result that the record brings cannot be sent on and the policy is to fail: roll back
     */
    public void apply(SourceRecord record, long processingMillis) {
        applyDecoded(record, decode(record), processingMillis);
    }

    /**
     * Takes one thing that another stage has sent.
     *
     * @param record where it came from
     * @throws RecordFailure as in {@link #apply}
     * @throws FiringFailure as in {@link #apply}
     */
    public void applyExchanged(SourceRecord record, Exchanged exchanged) {
        ExchangeInput from = Objects.requireNonNull(input, "no stage sends to this one");
        scope.now(record.arrivalMillis());
        from.apply(record, exchanged, time.watermarkMillis());
        time.decided(record, Progress.NO_TIME);
        time.follow(from.upstreams());
    }

    /**
     * Decodes a record; safe for use by several threads.
     *
     * @throws RecordFailure if it cannot be decoded
     */
    public Object decode(SourceRecord record) {
        try {
            return graph.source().codec().decode(record.data());
        } catch (RuntimeException e) {
            throw RecordFailure.untimed(Reason.UNDECODABLE, "the record cannot be decoded: " + e.getMessage(), e);
        }
    }

    /** As {@link #apply}, for a record whose data is decoded. */
    public void applyDecoded(SourceRecord record, Object value, long processingMillis) {
        scope.now(record.arrivalMillis());
        long watermark = time.watermarkMillis(record);
        long eventMillis = clock.timeOf(value, record, processingMillis, watermark);
        scope.context().record(record, eventMillis);
        int outputsBefore = scope.outbox().size();
        try {
            graph.first().accept(value, scope.context());
        } catch (RecordFailure e) {
            scope.outbox().truncate(outputsBefore);
            scope.pending().clear();
            throw e;
        }
        // From here on the aggregations change, so that a failure leaves traces.
        PendingAdds adds = scope.pending();
        try {
            for (int i = 0; i < adds.size(); i++) {
                add(adds.input(i), adds.key(i), adds.value(i), record, eventMillis, watermark);
            }
        } finally {
            adds.clear();
        }
        time.decided(record, eventMillis);
    }

    private void add(
            AggregateInput input, Object key, Object value, SourceRecord record, long timeMillis, long watermark) {
        Adder operator = input.operator();
        try {
            if (!operator.add(key, value, timeMillis, watermark)) {
                String message = "the record's event time " + Instant.ofEpochMilli(timeMillis)
                        + " is in a window of operator '" + operator.name() + "' that the watermark "
                        + Instant.ofEpochMilli(watermark) + " has passed";
                scope.late(input, value, record, timeMillis, message);
            }
        } catch (FiringFailure e) {
            throw e;
        } catch (RecordFailure e) {
            throw e.needingRollback();
        } catch (RuntimeException e) {
            throw Operators.failed(operator.name(), e, timeMillis).needingRollback();
        }
    }

    /** Passes a record over that cannot be processed: by the pipeline's policy it is skipped, or goes to the dead letters. */
    public void passOver(SourceRecord record, RecordFailure failure) {
        scope.now(record.arrivalMillis());
        scope.passOver(record, failure.reason(), String.valueOf(failure.getMessage()));
        time.decided(record, failure.eventTimeMillis());
    }

    /** Passes over a record that nothing is in, an aggregated record without records. */
    public void passEmpty(SourceRecord record) {
        scope.now(record.arrivalMillis());
        time.decided(record, Progress.NO_TIME);
    }

    /** The failure of a record that can be processed, but whose outcome cannot be committed. Changes nothing. */
    public RecordFailure failureOf(SourceRecord record, String message, Throwable cause) {
        try {
            long eventMillis = clock.timeOf(decode(record), record, Progress.NO_TIME, time.watermarkMillis(record));
            return RecordFailure.timed(Reason.PROCESSING_FAILED, message, cause, eventMillis);
        } catch (RecordFailure e) {
            return e;
        }
    }

    /** Whether it makes a difference to a tick whether the partition is idle; if not, nobody has to find out. */
    public boolean canBeIdle() {
        return time.canBeIdle();
    }

    /** As {@link #tick(long, boolean, Duration, long)}, where nothing is known of other partitions. */
    public void tick(long nowMillis, boolean isIdle, Duration idleTimeout) {
        tick(nowMillis, isIdle, idleTimeout, Progress.NO_TIME);
    }

    /**
     * Takes a tick (T1): an idle partition's event time goes on at the pace of the clock from its last record, once that
     * has been idle for a while. It moves the watermark only where something is due by it: what is late must not depend on
     * whether a tick had an update to send. A partition that has nothing more to send on says that it is idle (X4). Where
     * nothing comes of it, {@link #changes} is empty: roll back then.
     *
     * <p>A partition that has taken over from others, and has had no record of its own, goes on from where they were.
     *
     * @param nowMillis "now", taken before the read that proved the partition idle, in epoch milliseconds
     * @param isIdle whether a read after the position found nothing, and nothing behind it
     * @param idleTimeout how long after its last record a partition counts as idle
     * @param awaitedMillis the largest {@link #awaitedMillis} that is known of any partition of the stage
     */
    public void tick(long nowMillis, boolean isIdle, Duration idleTimeout, long awaitedMillis) {
        scope.now(nowMillis);
        time.tick(nowMillis, isIdle, idleTimeout, awaitedMillis);
    }

    /**
     * Until when, as a time of arrival, the stage's partitions must say that they are idle, so that the windows of this one's
     * records close in later stages; {@link Progress#NO_TIME} without any record. In epoch milliseconds.
     */
    public long awaitedMillis() {
        return time.awaitedMillis();
    }

    /**
     * As {@link #awaitedMillis}, for the windows of this stage too: once no record comes any more, a tick of that time closes all
     * that are open.
     */
    public long overMillis() {
        return time.overMillis();
    }

    /** What was last taken of a partition that sends to this one, what is not committed included; null where nothing was. */
    public @Nullable Mark taken(UpstreamId id) {
        return input == null ? null : input.upstreams().taken(id);
    }

    /** As {@link #taken}, of what is committed. */
    public @Nullable Mark takenCommitted(UpstreamId id) {
        return Upstreams.taken(committed, id);
    }

    /**
     * Fires what is due by the watermark.
     *
     * @return false if more is due, and enough has come together for an entry: commit, then call again
     * @throws FiringFailure if a result cannot be sent on and the policy is to fail: roll back
     */
    public boolean fireDue() {
        // By index: an iterator for each record would be most of what a record allocates.
        List<AggregateOperator> operators = graph.aggregates();
        for (int i = 0; i < operators.size(); i++) {
            if (!operators.get(i).fireDue(time.watermarkMillis())) {
                return false;
            }
        }
        return true;
    }

    /** Lets entries take as many outputs as the limits say. */
    public void takeFullEntries() {
        scope.takeFullEntries();
    }

    /**
     * Lets entries take half as many outputs as before, until {@link #takeFullEntries}: for firings whose changed state was too
     * much for one entry.
     *
     * @return false if they take one already
     */
    public boolean takeSmallerEntries() {
        return scope.takeSmallerEntries();
    }

    /** Whether enough has come together for an entry. */
    public boolean isFull() {
        return scope.isFull();
    }

    /**
     * What has changed since the last commit, interim results included. To be followed by {@link #committed} or
     * {@link #rollback}.
     *
     * @throws FiringFailure if a result cannot be sent on and the policy is to fail: roll back
     * @throws PartTooLargeException if what is to be sent of one key is too large: roll back
     * @throws NotEncodableException if what an aggregation has cannot be encoded: roll back
     */
    public Changes changes() {
        for (AggregateOperator operator : graph.aggregates()) {
            operator.commit().sendUpdates(scope.nowMillis(), time.watermarkMillis());
        }
        time.sendOn(scope.outbox());
        return new Changes(progress(), cells(), scope.outbox().outputs());
    }

    /** This task, as driven where outputs leave before they are committed. */
    public EagerTask eager() {
        return new EagerTask(this, scope, graph, input, time);
    }

    /** As {@link #changes}, where all outputs have been taken. */
    Changes changesAlone() {
        return new Changes(progress(), cells(), List.of());
    }

    private List<CellChange> cells() {
        List<CellChange> cells = new ArrayList<>();
        exchanges.addChanges(cells);
        if (input != null) {
            input.upstreams().addChanges(cells);
        }
        cells.sort(Comparator.comparing(CellChange::id));
        for (AggregateOperator operator : graph.aggregatesByName()) {
            operator.commit().addChanges(committed, time.watermarkMillis(), cells);
        }
        return cells;
    }

    /** The changes are committed, and applied to the keyed state. */
    public void committed() {
        committedProgress = progress();
        scope.clear();
        for (AggregateOperator operator : graph.aggregates()) {
            operator.commit().committed();
        }
        exchanges.committed();
        if (input != null) {
            input.upstreams().committed();
        }
    }

    /** What the partition sends on last of all, before it is sealed. Nothing must be due, or uncommitted. */
    public List<Output> lastWords() {
        return exchanges.lastWords(time.sourceArrivalMillis());
    }

    /** How far the partition has come, what is not committed included. */
    public Progress progress() {
        return time.progress();
    }

    /** How many records and results were late, skipped or dead-lettered since the last commit, by reason. */
    public Map<Reason, Long> passedOver() {
        return scope.passedOver();
    }

    /**
     * How far event time has gone on since the last record, at the pace of the clock, whether or not anything was due by it
     * (T1); {@link Progress#NO_TIME} unless the partition was seen idle. In epoch milliseconds.
     */
    public long goneOnMillis() {
        return time.goneOnMillis();
    }

    /**
     * Whether no event time is waited for, in a stage that others send to: all of those were idle when they were last heard of,
     * and no window is open. They say nothing more then (X4), so that event time stands still.
     */
    public boolean isAtRest() {
        return time.isAtRest();
    }
}
