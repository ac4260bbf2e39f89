package dev.millrace.cdk;

import dev.millrace.plan.ResultTable;
import dev.millrace.plan.Stage;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;

/** A stack with one pipeline, and the names of what it is used by among its outputs. */
public final class PipelineStack extends Stack {
    private final StreamPipeline pipeline;

    /** As {@link #PipelineStack(Construct, String, StackProps, StreamPipelineProps)}, in the account of the surroundings. */
    public PipelineStack(Construct scope, String id, StreamPipelineProps props) {
        this(scope, id, null, props);
    }

    /** @throws RuntimeException as {@link StreamPipeline#StreamPipeline} */
    public PipelineStack(Construct scope, String id, @Nullable StackProps stackProps, StreamPipelineProps props) {
        super(scope, id, stackProps);
        this.pipeline = new StreamPipeline(this, "Pipeline", props);
        output("SourceStream", pipeline.plan().sourceStream(), "The stream to put events into");
        output("StateTable", pipeline.stateTable().getTableName(), "The table of the pipeline's state");
        pipeline.plan()
                .mainTable()
                .map(ResultTable::name)
                .ifPresent(name -> output("ResultTable", name, "The table of the pipeline's results"));
        pipeline.plan()
                .pipeline()
                .deadLetterStream()
                .ifPresent(name -> output("DeadLetterStream", name, "The stream of dead letters"));
        for (Stage stage : pipeline.plan().stages()) {
            output(
                    "Function-" + stage.name(),
                    pipeline.function(stage.name()).getFunctionName(),
                    "The function of stage " + stage.name());
        }
    }

    private void output(String id, String value, String description) {
        CfnOutput.Builder.create(this, id).value(value).description(description).build();
    }

    /** The pipeline. */
    public StreamPipeline pipeline() {
        return pipeline;
    }
}
