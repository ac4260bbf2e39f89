package dev.millrace.plan;

import dev.millrace.Operator;
import dev.millrace.Pipeline;
import dev.millrace.PipelineException;
import dev.millrace.Sink;
import dev.millrace.Transform;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a pipeline runs.
 *
 * @param pipeline the pipeline
 * @param stages its stages, from the source on
 * @param stateTable the DynamoDB table that holds the state of all stages
 */
public record Plan(Pipeline pipeline, List<Stage> stages, String stateTable) {
    private static final String STATE_TABLE_SUFFIX = "-state";

    public Plan {
        stages = List.copyOf(stages);
    }

    /**
     * Plans a pipeline.
     *
     * @throws PipelineException if it cannot run: the message says why, and what to do
     */
    public static Plan of(Pipeline pipeline) {
        PlanChecks.check(pipeline);
        Operator source = pipeline.operators().get(0);
        String stream = ((Transform.Source) source.transform()).stream();
        Map<String, ResultTable> tables = new LinkedHashMap<>();
        Set<String> streams = new LinkedHashSet<>();
        for (Operator operator : pipeline.operators()) {
            if (operator.transform() instanceof Transform.To to) {
                if (to.sink() instanceof Sink.Table<Object> table) {
                    tables.putIfAbsent(table.target(), resultTable(table));
                } else if (to.sink() instanceof Sink.Stream<Object> output) {
                    streams.add(output.target());
                }
            }
        }
        Stage stage = new Stage(
                source.name(),
                stream,
                pipeline.operators().stream().map(Operator::name).toList(),
                List.copyOf(tables.values()),
                List.copyOf(streams));
        return new Plan(pipeline, List.of(stage), stateTable(pipeline));
    }

    /** The stream that the pipeline's events come from. */
    public String sourceStream() {
        return stages.get(0).inputStream();
    }

    /** The table that the pipeline is about: the first that it writes results to. */
    public Optional<ResultTable> mainTable() {
        return stages.stream().flatMap(stage -> stage.tables().stream()).findFirst();
    }

    static ResultTable resultTable(Sink.Table<Object> table) {
        return new ResultTable(
                table.target(),
                table.key().name(),
                Optional.ofNullable(table.sortKey()).map(Sink.Column::name));
    }

    static String stateTable(Pipeline pipeline) {
        return pipeline.name() + STATE_TABLE_SUFFIX;
    }
}
