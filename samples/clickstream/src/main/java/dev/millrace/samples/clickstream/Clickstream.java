package dev.millrace.samples.clickstream;

import dev.millrace.Aggregations;
import dev.millrace.Emission;
import dev.millrace.EventTime;
import dev.millrace.ExampleRecord;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.PipelineDefinition;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import java.time.Duration;
import java.util.Optional;

/** Counts page views per page and minute, by the time at which the page was viewed. */
public final class Clickstream implements PipelineDefinition {
    @Override
    public Pipeline define() {
        PipelineBuilder pipeline = Pipeline.named("clickstream").deadLetters("clicks-dead-letters");
        pipeline.from("clicks", Codecs.json(Click.class), EventTime.extracted(Click::timestamp, Duration.ofSeconds(5)))
                .keyBy(Click::page)
                .named("pages")
                .window(Windows.tumbling(Duration.ofMinutes(1)))
                .aggregate(Aggregations.count())
                .named("views")
                .emit(Emission.onUpdate())
                .toTable(
                        "page-views",
                        row -> row.key("page", Result::key)
                                .sortKey(
                                        "window_start",
                                        result -> result.window().start())
                                .attribute(
                                        "window_end", result -> result.window().end())
                                .attribute("views", Result::value)
                                .attribute("final", Result::isFinal));
        return pipeline.build();
    }

    @Override
    public Optional<ExampleRecord> example() {
        return Optional.of(new ExampleRecord(
                "u17", "{\"user\":\"u17\",\"page\":\"/home\",\"timestamp\":\"2026-11-20T10:00:01.250Z\"}"));
    }
}
