package dev.millrace.local.kcl;

import dev.millrace.Aggregations;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.PipelineDefinition;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import java.time.Duration;
import java.time.Instant;

/** Counts visits, {@code key,millis}, by key in windows of two seconds, in a stage of its own. */
public final class Visiting implements PipelineDefinition {
    static final String STREAM = "visits";
    static final String WINDOWS = "visit-windows";
    static final long WINDOW_MILLIS = 2_000;

    @Override
    public Pipeline define() {
        PipelineBuilder pipeline = Pipeline.named("visiting").deadLetters("late-visits");
        pipeline.from(STREAM, Codecs.string(), EventTime.extracted(Visiting::time, Duration.ofSeconds(1)))
                .keyBy(text -> text.substring(0, text.indexOf(',')))
                .named("by-key")
                .window(Windows.tumbling(Duration.ofMillis(WINDOW_MILLIS)))
                .aggregate(Aggregations.count())
                .toTable(
                        WINDOWS,
                        row -> row.key("key", Result::key)
                                .sortKey("start", result -> result.window().start())
                                .attribute("count", Result::value));
        return pipeline.build();
    }

    private static Instant time(String text) {
        return Instant.ofEpochMilli(Long.parseLong(text.substring(text.indexOf(',') + 1)));
    }
}
