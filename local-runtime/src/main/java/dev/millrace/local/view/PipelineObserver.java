package dev.millrace.local.view;

import dev.millrace.driver.PartitionObserver;
import dev.millrace.local.mapping.StageFunction;
import dev.millrace.local.source.SourceStream;

/** Looks on while a pipeline runs locally: at its partitions, and at what is read and invoked. What it is given it gives back, observed. */
public interface PipelineObserver extends PartitionObserver {
    /** Sees nothing. */
    PipelineObserver NONE = new PipelineObserver() {};

    /** What a stage is to read in place of {@code stream}. */
    default SourceStream stream(String stage, SourceStream stream) {
        return stream;
    }

    /** What a stage's mapping is to invoke in place of {@code function}. */
    default StageFunction function(String stage, StageFunction function) {
        return function;
    }
}
