package dev.millrace.samples.wordcount;

import dev.millrace.Aggregations;
import dev.millrace.Emission;
import dev.millrace.EventTime;
import dev.millrace.ExampleRecord;
import dev.millrace.KeyedStream;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.PipelineDefinition;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import java.time.Duration;
import java.util.Optional;

/** Counts the words of lines of text: each word in all, and each word by the minute in which it came. */
public final class WordCount implements PipelineDefinition {
    @Override
    public Pipeline define() {
        PipelineBuilder pipeline = Pipeline.named("word-count").deadLetters("word-count-dead-letters");
        KeyedStream<String, String> words = pipeline.from("lines", Codecs.string(), EventTime.ingestion())
                .flatMap(Words::of)
                .keyBy(word -> word)
                .named("words");
        words.aggregate(Aggregations.count())
                .named("counts")
                .emit(Emission.onUpdate())
                .toTable("word-counts", row -> row.key("word", Result::key).attribute("count", Result::value));
        words.window(Windows.tumbling(Duration.ofMinutes(1)))
                .aggregate(Aggregations.count())
                .named("counts-per-minute")
                .toTable(
                        "word-counts-per-minute",
                        row -> row.key("word", Result::key)
                                .sortKey(
                                        "window_start",
                                        result -> result.window().start())
                                .attribute("count", Result::value));
        return pipeline.build();
    }

    @Override
    public Optional<ExampleRecord> example() {
        return Optional.of(new ExampleRecord("some-key", "It was the best of times, it was the worst of times"));
    }
}
