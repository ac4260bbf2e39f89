package dev.millrace.plan;

import dev.millrace.Operator;
import dev.millrace.Pipeline;
import dev.millrace.PipelineException;
import dev.millrace.Sink;
import dev.millrace.Transform;
import dev.millrace.engine.StageSlice;
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
        List<StageSlice> slices = StageSlice.allOf(pipeline);
        StageNames.check(pipeline, slices);
        return new Plan(
                pipeline,
                slices.stream().map(slice -> stage(pipeline, slice, slices)).toList(),
                stateTable(pipeline));
    }

    private static Stage stage(Pipeline pipeline, StageSlice slice, List<StageSlice> slices) {
        Map<String, ResultTable> tables = new LinkedHashMap<>();
        Set<String> streams = new LinkedHashSet<>();
        for (String name : slice.operators()) {
            if (pipeline.operator(name).transform() instanceof Transform.To to) {
                if (to.sink() instanceof Sink.Table<Object> table) {
                    tables.putIfAbsent(table.target(), resultTable(table));
                } else if (to.sink() instanceof Sink.Stream<Object> output) {
                    streams.add(output.target());
                }
            }
        }
        List<StageSlice> upstreams = slices.stream()
                .filter(other -> other.exchanges().containsValue(slice.name()))
                .toList();
        List<Exchange> exchanges = slice.exchanges().values().stream()
                .map(stage -> new Exchange(stage, StageNames.internalStream(pipeline, stage)))
                .toList();
        Permissions permissions = new Permissions().readStream(inputStream(pipeline, slice));
        upstreams.forEach(upstream -> permissions.listShards(inputStream(pipeline, upstream)));
        exchanges.forEach(exchange -> permissions.sendTo(exchange.stream()));
        streams.forEach(permissions::appendTo);
        pipeline.deadLetterStream().ifPresent(permissions::appendTo);
        permissions.keepStateIn(stateTable(pipeline));
        tables.keySet().forEach(permissions::writeRowsOf);
        return new Stage(
                slice.name(),
                inputStream(pipeline, slice),
                upstreams.stream().map(StageSlice::name).toList(),
                slice.operators(),
                List.copyOf(tables.values()),
                List.copyOf(streams),
                exchanges,
                permissions.toList());
    }

    private static String inputStream(Pipeline pipeline, StageSlice slice) {
        Operator source = pipeline.operators().get(0);
        return slice.keyBy().isPresent()
                ? StageNames.internalStream(pipeline, slice.name())
                : ((Transform.Source) source.transform()).stream();
    }

    /** The stage of this name. */
    public Stage stage(String name) {
        return stages.stream()
                .filter(stage -> stage.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new PipelineException("pipeline '" + pipeline.name() + "' has no stage '" + name
                        + "'; it has "
                        + String.join(", ", stages.stream().map(Stage::name).toList())));
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
