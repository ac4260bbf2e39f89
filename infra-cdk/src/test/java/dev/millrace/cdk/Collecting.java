package dev.millrace.cdk;

import dev.millrace.CollectingSink;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.PipelineDefinition;
import dev.millrace.codec.Codecs;

/** Cannot be deployed. */
public final class Collecting implements PipelineDefinition {
    @Override
    public Pipeline define() {
        PipelineBuilder pipeline = Pipeline.named("collecting");
        pipeline.from("orders", Codecs.string(), EventTime.ingestion())
                .collect(new CollectingSink<>("seen", Codecs.string()));
        return pipeline.build();
    }
}
