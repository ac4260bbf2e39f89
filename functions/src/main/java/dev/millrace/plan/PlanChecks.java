package dev.millrace.plan;

import dev.millrace.Operator;
import dev.millrace.Pipeline;
import dev.millrace.PipelineException;
import dev.millrace.Sink;
import dev.millrace.Transform;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Refuses pipelines that cannot run. */
final class PlanChecks {
    private final Pipeline pipeline;
    /** The operators whose values all come from an aggregation. */
    private final Set<String> aggregated = new HashSet<>();

    private final Map<String, ResultTable> tables = new HashMap<>();
    private final GroupingChecks groupings;

    private PlanChecks(Pipeline pipeline) {
        this.pipeline = pipeline;
        this.groupings = new GroupingChecks(pipeline);
    }

    static void check(Pipeline pipeline) {
        List<Operator> operators = pipeline.operators();
        if (operators.isEmpty()) {
            throw new PipelineException("pipeline '" + pipeline.name() + "' has no source: call from(...)");
        }
        if (operators.stream().noneMatch(operator -> operator.transform() instanceof Transform.To)) {
            throw new PipelineException("pipeline '" + pipeline.name()
                    + "' has no sink, so nothing would come of it: end it with toTable, toStream or collect");
        }
        PlanChecks checks = new PlanChecks(pipeline);
        pipeline.deadLetterStream().ifPresent(stream -> checks.checkNotSource("sends dead letters", stream));
        operators.forEach(checks::check);
    }

    private void check(Operator operator) {
        Transform transform = operator.transform();
        boolean isAggregate = transform instanceof Transform.Aggregate;
        boolean takesLate = transform instanceof Transform.LateRecords;
        if (isAggregate || (!takesLate && !operator.inputs().isEmpty() && aggregated.containsAll(operator.inputs()))) {
            aggregated.add(operator.name());
        }
        groupings.check(operator);
        if (transform instanceof Transform.To to) {
            checkSink(operator, to.sink());
        }
    }

    private void checkSink(Operator operator, Sink<Object> sink) {
        if (sink instanceof Sink.Table<Object> table) {
            checkTable(operator, Plan.resultTable(table));
        } else if (sink instanceof Sink.Stream<Object> stream) {
            checkNotSource("appends", stream.target());
        }
    }

    private void checkNotSource(String what, String stream) {
        if (stream.equals(((Transform.Source) pipeline.operators().get(0).transform()).stream())) {
            throw new PipelineException("pipeline '" + pipeline.name() + "' " + what + " to '" + stream
                    + "', the stream that it reads: it would never end. Name another stream");
        }
    }

    private void checkTable(Operator operator, ResultTable table) {
        if (!aggregated.containsAll(operator.inputs())) {
            throw new PipelineException("pipeline '" + pipeline.name() + "': table '" + table.name()
                    + "' takes values that do not come from an aggregation, so that nothing says which of two rows with"
                    + " one key is the newer: group by key and aggregate first, or write to a stream");
        }
        if (table.name().equals(Plan.stateTable(pipeline))) {
            throw new PipelineException("pipeline '" + pipeline.name() + "' cannot write results to table '"
                    + table.name() + "': its state is kept there. Choose another name");
        }
        ResultTable before = tables.putIfAbsent(table.name(), table);
        if (before != null && !before.equals(table)) {
            throw new PipelineException("pipeline '" + pipeline.name() + "' writes to table '" + table.name()
                    + "' twice, with different keys: " + keys(before) + " and " + keys(table));
        }
    }

    private static String keys(ResultTable table) {
        return table.key() + table.sortKey().map(name -> ", " + name).orElse("");
    }
}
