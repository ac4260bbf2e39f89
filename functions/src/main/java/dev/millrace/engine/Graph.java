package dev.millrace.engine;

import dev.millrace.Operator;
import dev.millrace.Pipeline;
import dev.millrace.Transform;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A stage's operators, put together for one task: from the sinks back to where its values come in. */
final class Graph {
    private final TaskScope task;
    private final Map<String, List<Operator>> followers = new HashMap<>();
    private final Map<String, Receiver> receivers = new HashMap<>();
    private final Map<String, AggregateInput> aggregates = new HashMap<>();
    private final List<AggregateOperator> inOrder = new ArrayList<>();
    private final List<AggregateOperator> byName;
    private final Exchanges exchanges = new Exchanges();
    private final List<String> sendingKeyBys;
    private final Horizon horizon;
    private final Transform.Source source;
    private final Receiver first;

    Graph(Pipeline pipeline, StageSlice slice, TaskScope task) {
        this.task = task;
        this.sendingKeyBys = List.copyOf(slice.exchanges().keySet());
        this.horizon = new Horizon(pipeline);
        List<Operator> operators = pipeline.operators();
        for (Operator operator : operators) {
            for (String input : operator.inputs()) {
                followers.computeIfAbsent(input, name -> new ArrayList<>()).add(operator);
            }
        }
        for (int i = operators.size() - 1; i > 0; i--) {
            if (slice.has(operators.get(i))) {
                build(operators.get(i), pipeline, slice);
            }
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

    /** The stage's own aggregations, by name: what is sent to it is for these. */
    Map<String, AggregateInput> inputs() {
        return aggregates;
    }

    /** When the last window is over, in this stage, that a value of this event time may be part of. */
    long overMillis(long timeMillis) {
        return inOrder.stream()
                .mapToLong(operator -> operator.windowing().overMillis(timeMillis))
                .max()
                .orElse(Progress.NO_TIME);
    }

    /** When the last window is over, in any later stage, that a value of this event time may be part of. */
    long horizonMillis(long timeMillis) {
        // What is aggregated here first is sent on with its window's end for a time.
        long sent = inOrder.stream()
                .mapToLong(operator -> operator.windowing().overMillis(timeMillis) - 1)
                .filter(over -> over > timeMillis)
                .max()
                .orElse(timeMillis);
        return sendingKeyBys.stream()
                .mapToLong(keyBy -> horizon.overMillis(keyBy, sent))
                .max()
                .orElse(Progress.NO_TIME);
    }

    /** The ways to other stages. */
    Exchanges exchanges() {
        return exchanges;
    }

    /** The aggregations, in the order of the pipeline. */
    List<AggregateOperator> aggregates() {
        return inOrder;
    }

    /** The aggregations, in the order of their names. */
    List<AggregateOperator> aggregatesByName() {
        return byName;
    }

    private void build(Operator operator, Pipeline pipeline, StageSlice slice) {
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
            receivers.put(name, Operators.to(name, to.sink(), pipeline.tableRows(), task.outbox()));
        } else if (transform instanceof Transform.Aggregate aggregate) {
            buildAggregate(operator, aggregate, pipeline);
        } else if (transform instanceof Transform.KeyBy keyBy) {
            buildKeyBy(operator, keyBy, slice);
        } else {
            // A merge, a branch and late records only pass on.
            receivers.put(name, next(operator));
        }
    }

    private void buildKeyBy(Operator operator, Transform.KeyBy keyBy, StageSlice slice) {
        String stage = slice.exchanges().get(operator.name());
        List<AggregateInput> inputs = new ArrayList<>();
        for (Operator follower : followersOf(operator)) {
            if (stage == null) {
                inputs.add(Objects.requireNonNull(aggregates.get(follower.name())));
            } else {
                Transform.Aggregate aggregate = (Transform.Aggregate) follower.transform();
                ExchangeSender sender = new ExchangeSender(follower.name(), aggregate, keyBy, task);
                exchanges.add(stage, sender);
                inputs.add(new AggregateInput(sender, aggregate.latePolicy(), lateRecords(follower)));
            }
        }
        receivers.put(operator.name(), new KeyedInput(operator.name(), keyBy, inputs, task));
    }

    private void buildAggregate(Operator operator, Transform.Aggregate aggregate, Pipeline pipeline) {
        Transform.KeyBy keyBy =
                (Transform.KeyBy) pipeline.operator(operator.inputs().get(0)).transform();
        List<Receiver> results = followersOf(operator).stream()
                .filter(follower -> !(follower.transform() instanceof Transform.LateRecords))
                .map(this::receiverOf)
                .toList();
        AggregateOperator built =
                new AggregateOperator(operator.name(), aggregate, keyBy.keyCodec(), Operators.toAll(results), task);
        inOrder.add(0, built);
        aggregates.put(operator.name(), new AggregateInput(built, aggregate.latePolicy(), lateRecords(operator)));
    }

    /** What takes an aggregation's late records; nothing in a stage where they never come up. */
    private Receiver lateRecords(Operator aggregate) {
        return Operators.toAll(followersOf(aggregate).stream()
                .filter(follower -> follower.transform() instanceof Transform.LateRecords)
                .filter(follower -> receivers.containsKey(follower.name()))
                .map(this::receiverOf)
                .toList());
    }

    private Receiver receiverOf(Operator operator) {
        return Objects.requireNonNull(receivers.get(operator.name()), () -> "no operator '" + operator.name() + "'");
    }

    private Receiver split(Operator split) {
        List<Operator> branches = followersOf(split);
        return Operators.split(
                branches.stream().map(Operator::name).toList(),
                branches.stream()
                        .map(branch -> (Transform.Branch) branch.transform())
                        .toList(),
                branches.stream().map(this::receiverOf).toList());
    }

    private Receiver next(Operator operator) {
        return Operators.toAll(followersOf(operator).stream()
                .filter(follower -> receivers.containsKey(follower.name()))
                .map(this::receiverOf)
                .toList());
    }

    private List<Operator> followersOf(Operator operator) {
        return followers.getOrDefault(operator.name(), List.of());
    }
}
