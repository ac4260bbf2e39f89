package dev.millrace.cdk;

import dev.millrace.Aggregations;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.PipelineDefinition;
import dev.millrace.Result;
import dev.millrace.Sink;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import java.time.Duration;

/** One stage, which writes to a table and to a stream, and has no stream for dead letters. */
public final class Orders implements PipelineDefinition {
    @Override
    public Pipeline define() {
        PipelineBuilder pipeline = Pipeline.named("orders");
        var counts = pipeline.from("orders", Codecs.string(), EventTime.ingestion())
                .keyByPartitionKey()
                .window(Windows.tumbling(Duration.ofMinutes(1)))
                .aggregate(Aggregations.count());
        counts.toTable("order-counts", row -> row.key("customer", Result::key).attribute("count", Result::value));
        counts.map(result -> result.key() + " " + result.value())
                .toStream("order-events", text -> text, Codecs.string(), Sink.IdPlacement.FIRST_LINE);
        return pipeline.build();
    }
}
