package dev.millrace.engine;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A task whose outputs leave as soon as they are made, and that hands what other stages get to them as it is, in one process. What
 * it has applied cannot be rolled back by itself: what has left has left. Records are applied as by {@link Task#applyDecoded}.
 */
public final class EagerTask {
    private final Task task;
    private final TaskScope scope;
    private final Graph graph;
    private final @Nullable ExchangeInput input;
    private final TaskTime time;

    EagerTask(Task task, TaskScope scope, Graph graph, @Nullable ExchangeInput input, TaskTime time) {
        this.task = task;
        this.scope = scope;
        this.graph = graph;
        this.input = input;
        this.time = time;
    }

    /**
     * Takes what another stage has handed over.
     *
     * @param nowMillis the time, in epoch milliseconds
     * @throws RecordFailure if an aggregation cannot take some of it and the policy is to fail
     * @throws FiringFailure if a result that it brings cannot be sent on and the policy is to fail
     */
    public void take(Handed handed, long nowMillis) {
        ExchangeInput from = Objects.requireNonNull(input, "no stage sends to this one");
        scope.now(nowMillis);
        from.take(handed, nowMillis, time.watermarkMillis());
        time.taken(nowMillis);
        time.follow(from.upstreams());
    }

    /** Takes what is to leave: what was made since the last time, and with results on update those of what has changed since. */
    public List<Output> takeOutputs() {
        List<AggregateOperator> operators = graph.aggregates();
        for (int i = 0; i < operators.size(); i++) {
            operators.get(i).commit().sendUpdates(time.watermarkMillis());
        }
        // Even without any: what counts toward a full entry begins anew.
        return scope.takeOutputs();
    }

    /** As {@link #takeOutputs}, with the results, too, that are sent every so often, where they are due. */
    public List<Output> takeAllOutputs(long nowMillis) {
        scope.now(nowMillis);
        for (AggregateOperator operator : graph.aggregates()) {
            operator.commit().sendUpdates(nowMillis, time.watermarkMillis());
        }
        return scope.takeOutputs();
    }

    /**
     * Hands over what waits for other stages.
     *
     * @param ways to all stages that this one sends to, by their names
     * @param from this partition
     */
    public void handOver(Map<String, Handover> ways, UpstreamId from) {
        time.handOver(ways, from);
    }

    /** How many keys have changed since the last commit, over all aggregations. */
    public int changedKeys() {
        int changed = 0;
        List<AggregateOperator> operators = graph.aggregates();
        for (int i = 0; i < operators.size(); i++) {
            changed += operators.get(i).touched().size();
        }
        return changed;
    }

    /**
     * What has changed since the last commit; without outputs, which have left. To be followed by {@link Task#committed}.
     *
     * @throws NotEncodableException if what an aggregation has cannot be encoded
     */
    public Changes changes() {
        return task.changesAlone();
    }
}
