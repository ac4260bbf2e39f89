package dev.millrace;

/**
 * Where a pipeline comes from: implement it in a public class with a public constructor without parameters, and name that
 * class to {@code millrace dev}, to the Lambda function or to CDK. List the class in
 * {@code META-INF/services/dev.millrace.PipelineDefinition} too, and the {@code millrace} command finds the pipeline by
 * its name.
 */
public interface PipelineDefinition {
    /** Describes the pipeline. Called once by each process that runs it; must always describe the same one. */
    Pipeline define();
}
