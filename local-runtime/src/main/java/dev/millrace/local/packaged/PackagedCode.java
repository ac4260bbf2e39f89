package dev.millrace.local.packaged;

import dev.millrace.lambda.KinesisHandler;

/**
 * What the functions of a pipeline run.
 *
 * @param jar the code
 * @param handler the method that handles events, as Lambda is told it: {@code package.Class::method}
 * @param pipelineClass the class that defines the pipeline, as in {@code Class.getName()}
 * @param limits each function's
 */
public record PackagedCode(PackagedJar jar, String handler, String pipelineClass, FunctionLimits limits) {
    /** With Millrace's handler. */
    public static PackagedCode of(PackagedJar jar, String pipelineClass, FunctionLimits limits) {
        return new PackagedCode(jar, KinesisHandler.class.getName() + "::handleRequest", pipelineClass, limits);
    }
}
