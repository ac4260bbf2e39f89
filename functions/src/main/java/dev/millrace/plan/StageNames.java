package dev.millrace.plan;

import dev.millrace.Operator;
import dev.millrace.Pipeline;
import dev.millrace.PipelineException;
import dev.millrace.Sink;
import dev.millrace.Transform;
import dev.millrace.engine.StageSlice;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The names that are derived from those of stages. */
final class StageNames {
    /** What Kinesis takes. */
    private static final Pattern STREAM = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");

    private StageNames() {}

    /** The stream that a stage reads which does not read the source. */
    static String internalStream(Pipeline pipeline, String stage) {
        return pipeline.name() + "-" + stage;
    }

    /**
     * Refuses stages whose names cannot be, or that mean something else already.
     *
     * @param stages all of the pipeline's
     */
    static void check(Pipeline pipeline, List<StageSlice> stages) {
        Map<String, String> begins = new HashMap<>();
        Map<String, String> uses = streams(pipeline);
        for (StageSlice stage : stages) {
            String first = stage.operators().get(0);
            String other = begins.put(stage.name(), first);
            if (other != null) {
                throw refused(
                        pipeline, first, "begins a stage '" + stage.name() + "', and so does operator '" + other + "'");
            }
            stage.keyBy().ifPresent(operator -> checkStream(pipeline, stage, operator, uses));
        }
    }

    private static void checkStream(Pipeline pipeline, StageSlice stage, String operator, Map<String, String> uses) {
        String stream = internalStream(pipeline, stage.name());
        if (!STREAM.matcher(stream).matches()) {
            throw refused(
                    pipeline,
                    operator,
                    "begins a stage that would read stream '" + stream + "', whose name has " + stream.length()
                            + " characters; Kinesis takes 128 letters, digits, or _ . -");
        }
        String use = uses.get(stream);
        if (use != null) {
            throw refused(
                    pipeline, operator, "begins a stage that would read stream '" + stream + "', which is " + use);
        }
    }

    /** What the pipeline uses the streams for that its user has named. */
    private static Map<String, String> streams(Pipeline pipeline) {
        Map<String, String> uses = new HashMap<>();
        for (Operator operator : pipeline.operators()) {
            if (operator.transform() instanceof Transform.To to && to.sink() instanceof Sink.Stream<Object> output) {
                uses.put(output.target(), "one that it writes results to");
            }
        }
        pipeline.deadLetterStream().ifPresent(stream -> uses.put(stream, "that of its dead letters"));
        uses.put(((Transform.Source) pipeline.operators().get(0).transform()).stream(), "that of its source");
        return uses;
    }

    private static PipelineException refused(Pipeline pipeline, String operator, String why) {
        return new PipelineException("pipeline '" + pipeline.name() + "': operator '" + operator + "' " + why
                + ". Give the operator another, short name by named(...)");
    }
}
