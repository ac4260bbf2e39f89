package dev.millrace.cdk.app;

import dev.millrace.PipelineException;
import dev.millrace.cdk.PipelineStack;
import dev.millrace.cdk.StreamPipelineProps;
import java.io.PrintStream;
import java.nio.file.Path;
import software.amazon.awscdk.App;
import software.amazon.jsii.JsiiException;

/**
 * Synthesizes the stack {@code millrace-PIPELINE} of the pipeline that the context names, see {@link AppContext}. Run by the
 * CDK CLI, which says where the stack goes.
 */
public final class Main {
    private static final String STACK_PREFIX = "millrace-";

    private Main() {}

    /** @param arguments the folder of the samples, each with its jar built */
    public static void main(String[] arguments) {
        System.exit(run(arguments, System.err));
    }

    static int run(String[] arguments, PrintStream err) {
        try {
            Node.require();
            synthesize(new App(), Path.of(arguments[0]));
            return 0;
        } catch (PipelineException | IllegalArgumentException e) {
            err.println("millrace: " + e.getMessage());
            return 1;
        } catch (JsiiException e) {
            // What CDK refuses is told by it, after lines of its own stack.
            err.println("millrace: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("CDK failed"));
            return 1;
        }
    }

    /** A pipeline's name may have dots and underscores, which a stack's may not. */
    static String stackName(String pipeline) {
        return STACK_PREFIX + pipeline.replaceAll("[^A-Za-z0-9-]", "-");
    }

    static PipelineStack synthesize(App app, Path samples) {
        AppContext context = AppContext.of(app.getNode());
        DeployedPipeline pipeline = DeployedPipeline.find(context, samples);
        StreamPipelineProps props = StreamPipelineProps.builder(pipeline.definition(), pipeline.jar())
                .function(context.function())
                .removalPolicy(context.removalPolicy())
                .build();
        PipelineStack stack = new PipelineStack(app, stackName(pipeline.name()), props);
        app.synth();
        return stack;
    }
}
