package dev.millrace.engine;

import dev.millrace.Operator;
import dev.millrace.Pipeline;
import dev.millrace.PipelineException;
import dev.millrace.Transform;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A pipeline's operators, put together for one task: from the sinks back to the source. */
final class Graph {
    private final TaskScope task;
    private final Map<String, List<Operator>> followers = new HashMap<>();
    private final Map<String, Receiver> receivers = new HashMap<>();
    private final Map<String, AggregateInput> aggregates = new HashMap<>();
    private final List<AggregateOperator> inOrder = new ArrayList<>();
    private final List<AggregateOperator> byName;
    private final Transform.Source source;
    private final Receiver first;

    Graph(Pipeline pipeline, TaskScope task) {
        this.task = task;
        List<Operator> operators = pipeline.operators();
        if (operators.isEmpty()) {
            throw new PipelineException("pipeline '" + pipeline.name() + "' has no source: call from(...)");
        }
        for (Operator operator : operators) {
            for (String input : operator.inputs()) {
                followers.computeIfAbsent(input, name -> new ArrayList<>()).add(operator);
            }
        }
        for (int i = operators.size() - 1; i > 0; i--) {
            build(operators.get(i), pipeline);
        }
        this.byName = inOrder.stream()
                .sorted(Comparator.comparing(AggregateOperator::name))
                .toList();
        this.source = (Transform.Source) operators.get(0).transform();
        this.first = next(operators.get(0));
    }

    Transform.Source source() {
        return source;
    }

    /** What takes the source's records. */
    Receiver first() {
        return first;
    }

    /** The aggregations, in the order of the pipeline. */
    List<AggregateOperator> aggregates() {
        return inOrder;
    }

    /** The aggregations, in the order of their names. */
    List<AggregateOperator> aggregatesByName() {
        return byName;
    }

    private void build(Operator operator, Pipeline pipeline) {
        String name = operator.name();
        Transform transform = operator.transform();
        if (transform instanceof Transform.Map map) {
            receivers.put(name, Operators.map(name, map, next(operator)));
        } else if (transform instanceof Transform.Filter filter) {
            receivers.put(name, Operators.filter(name, filter, next(operator)));
        } else if (transform instanceof Transform.FlatMap flatMap) {
            receivers.put(name, Operators.flatMap(name, flatMap, next(operator)));
        } else if (transform instanceof Transform.Peek peek) {
            receivers.put(name, Operators.peek(name, peek, next(operator)));
        } else if (transform instanceof Transform.Split) {
            receivers.put(name, split(operator));
        } else if (transform instanceof Transform.To to) {
            receivers.put(name, Operators.to(name, to.sink(), task.outbox()));
        } else if (transform instanceof Transform.Aggregate aggregate) {
            buildAggregate(operator, aggregate, pipeline);
        } else if (transform instanceof Transform.KeyBy keyBy) {
            List<AggregateInput> inputs = followersOf(operator).stream()
                    .map(follower -> aggregates.get(follower.name()))
                    .toList();
            receivers.put(name, new KeyedInput(name, keyBy, inputs, task));
        } else {
            // A merge, a branch and late records only pass on.
            receivers.put(name, next(operator));
        }
    }

    private void buildAggregate(Operator operator, Transform.Aggregate aggregate, Pipeline pipeline) {
        Transform.KeyBy keyBy =
                (Transform.KeyBy) pipeline.operator(operator.inputs().get(0)).transform();
        List<Receiver> results = new ArrayList<>();
        List<Receiver> late = new ArrayList<>();
        for (Operator follower : followersOf(operator)) {
            boolean takesLate = follower.transform() instanceof Transform.LateRecords;
            (takesLate ? late : results).add(receivers.get(follower.name()));
        }
        AggregateOperator built =
                new AggregateOperator(operator.name(), aggregate, keyBy.keyCodec(), Operators.toAll(results), task);
        inOrder.add(0, built);
        aggregates.put(operator.name(), new AggregateInput(built, aggregate.latePolicy(), Operators.toAll(late)));
    }

    private Receiver split(Operator split) {
        List<Operator> branches = followersOf(split);
        return Operators.split(
                branches.stream().map(Operator::name).toList(),
                branches.stream()
                        .map(branch -> (Transform.Branch) branch.transform())
                        .toList(),
                branches.stream().map(branch -> receivers.get(branch.name())).toList());
    }

    private Receiver next(Operator operator) {
        return Operators.toAll(followersOf(operator).stream()
                .map(follower -> receivers.get(follower.name()))
                .toList());
    }

    private List<Operator> followersOf(Operator operator) {
        return followers.getOrDefault(operator.name(), List.of());
    }
}
