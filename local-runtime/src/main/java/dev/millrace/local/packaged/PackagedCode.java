package dev.millrace.local.packaged;

/**
 * What the functions of a pipeline run.
 *
 * @param jar the code
 * @param pipelineClass the class that defines the pipeline, as in {@code Class.getName()}
 * @param limits each function's
 */
public record PackagedCode(PackagedJar jar, String pipelineClass, FunctionLimits limits) {}
