package dev.millrace;

import java.util.Optional;

/**
 * Where a pipeline comes from: implement it in a public class with a public constructor without parameters, and name that
 * class to {@code millrace dev}, to the Lambda function or to CDK. List the class in
 * {@code META-INF/services/dev.millrace.PipelineDefinition} too, and the {@code millrace} command finds the pipeline by
 * its name.
 */
public interface PipelineDefinition {
    /** Describes the pipeline. Called once by each process that runs it; must always describe the same one. */
    Pipeline define();

    /** A record to try the pipeline with, for {@code millrace dev} to show how one is put; none unless given. */
    default Optional<ExampleRecord> example() {
        return Optional.empty();
    }
}
