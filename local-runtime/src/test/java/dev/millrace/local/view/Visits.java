package dev.millrace.local.view;

import dev.millrace.Aggregations;
import dev.millrace.Emission;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import java.time.Duration;
import java.time.Instant;

/** Counts visits, {@code page,time}, by page in windows of a minute, in a stage of its own: {@code by-page}. */
final class Visits {
    static final String STREAM = "visits";
    static final String TABLE = "page-visits";
    static final String MARKUP = "<img src=x onerror=document.title='run'>";

    private Visits() {}

    static Pipeline pipeline() {
        PipelineBuilder pipeline = Pipeline.named("visits").deadLetters("visits-dead-letters");
        pipeline.from(STREAM, Codecs.string(), EventTime.extracted(Visits::time, Duration.ZERO))
                .keyBy(text -> text.substring(0, text.indexOf(',')))
                .named("by-page")
                .window(Windows.tumbling(Duration.ofMinutes(1)))
                .aggregate(Aggregations.count())
                .named("counts")
                .emit(Emission.onUpdate())
                .toTable(
                        TABLE,
                        row -> row.key("page", Result::key)
                                .sortKey("start", result -> result.window().start())
                                .attribute("visits", Result::value)
                                .attribute("final", Result::isFinal));
        return pipeline.build();
    }

    private static Instant time(String text) {
        return Instant.parse(text.substring(text.indexOf(',') + 1));
    }
}
