package dev.millrace.local.cli;

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
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Pipelines that tests name by their classes. */
public final class TestPipelines {
    private TestPipelines() {}

    /** Counts records, {@code key,time}, by key in windows of a minute. */
    public static final class Counting implements PipelineDefinition {
        @Override
        public Pipeline define() {
            PipelineBuilder pipeline = Pipeline.named("counting");
            pipeline.from("events", Codecs.string(), EventTime.extracted(Counting::time, Duration.ZERO))
                    .keyByPartitionKey(text -> text.substring(0, text.indexOf(',')))
                    .window(Windows.tumbling(Duration.ofMinutes(1)))
                    .aggregate(Aggregations.count())
                    .named("counts")
                    .toTable(
                            "event-counts",
                            row -> row.key("key", Result::key)
                                    .sortKey("start", result -> result.window().start())
                                    .attribute("count", Result::value));
            return pipeline.build();
        }

        private static Instant time(String text) {
            return Instant.parse(text.substring(text.indexOf(',') + 1));
        }
    }

    /** Counts records by their text in a stage of its own: {@code texts}. */
    public static final class TwoStages implements PipelineDefinition {
        @Override
        public Pipeline define() {
            PipelineBuilder pipeline = Pipeline.named("two-stages");
            pipeline.from("texts", Codecs.string(), EventTime.ingestion())
                    .keyBy(text -> text)
                    .named("by-text")
                    .aggregate(Aggregations.count())
                    .named("counts")
                    .toTable("text-counts", row -> row.key("text", Result::key).attribute("count", Result::value));
            return pipeline.build();
        }
    }

    /** Has results that it cannot make. */
    public static final class FailingResults implements PipelineDefinition {
        @Override
        public Pipeline define() {
            PipelineBuilder pipeline = Pipeline.named("failing-results");
            pipeline.from("texts", Codecs.string(), EventTime.extracted(Counting::time, Duration.ZERO))
                    .keyBy(text -> text.substring(0, text.indexOf(',')))
                    .window(Windows.tumbling(Duration.ofMinutes(1)))
                    .aggregate(Aggregations.count())
                    .map(result -> {
                        throw new IllegalStateException("no such result");
                    })
                    .toTable("failing", row -> row.key("text", Object::toString));
            return pipeline.build();
        }
    }

    /** Counts records by their text, and says so once an hour. */
    public static final class Hourly implements PipelineDefinition {
        @Override
        public Pipeline define() {
            PipelineBuilder pipeline = Pipeline.named("hourly");
            pipeline.from("texts", Codecs.string(), EventTime.ingestion())
                    .keyBy(text -> text)
                    .aggregate(Aggregations.count())
                    .emit(Emission.every(Duration.ofHours(1)))
                    .toTable("text-counts", row -> row.key("text", Result::key).attribute("count", Result::value));
            return pipeline.build();
        }
    }

    /** Counts records, {@code key,time}, by key in windows of a minute, in a stage of its own: {@code minutes}. */
    public static final class ByMinute implements PipelineDefinition {
        @Override
        public Pipeline define() {
            PipelineBuilder pipeline = Pipeline.named("by-minute");
            pipeline.from("texts", Codecs.string(), EventTime.extracted(Counting::time, Duration.ofHours(1)))
                    .keyBy(text -> text.substring(0, text.indexOf(',')))
                    .named("minutes")
                    .window(Windows.tumbling(Duration.ofMinutes(1)))
                    .aggregate(Aggregations.count())
                    .named("counts")
                    .toTable(
                            "minute-counts",
                            row -> row.key("key", Result::key)
                                    .sortKey("start", result -> result.window().start())
                                    .attribute("count", Result::value));
            return pipeline.build();
        }
    }

    /** As {@link TwoStages}, but fails for {@code bad}, and tells how many records it was applied to in this process. */
    public static final class Watched implements PipelineDefinition {
        static final AtomicInteger APPLIED = new AtomicInteger();

        @Override
        public Pipeline define() {
            PipelineBuilder pipeline = Pipeline.named("watched");
            pipeline.from("texts", Codecs.string(), EventTime.ingestion())
                    .map(Watched::see)
                    .keyBy(text -> text)
                    .aggregate(Aggregations.count())
                    .named("counts")
                    .toTable("text-counts", row -> row.key("text", Result::key).attribute("count", Result::value));
            return pipeline.build();
        }

        private static String see(String text) {
            if (text.equals("bad")) {
                throw new IllegalArgumentException("a bad text");
            }
            APPLIED.incrementAndGet();
            return text;
        }
    }

    /** Cannot run: nothing would come of it. */
    public static final class WithoutSink implements PipelineDefinition {
        @Override
        public Pipeline define() {
            PipelineBuilder pipeline = Pipeline.named("without-sink");
            pipeline.from("events", Codecs.string(), EventTime.ingestion());
            return pipeline.build();
        }
    }

    /** Cannot be made. */
    public static final class Throwing implements PipelineDefinition {
        @Override
        public Pipeline define() {
            throw new IllegalStateException("no idea");
        }
    }

    /** Fails while it is made. */
    public static final class ThrowingInConstructor implements PipelineDefinition {
        public ThrowingInConstructor() {
            throw new IllegalStateException("no luck");
        }

        @Override
        public Pipeline define() {
            return new Counting().define();
        }
    }

    /** Has no example to give. */
    public static final class ThrowingInExample implements PipelineDefinition {
        @Override
        public Pipeline define() {
            return new Counting().define();
        }

        @Override
        public Optional<ExampleRecord> example() {
            throw new IllegalStateException("no words");
        }
    }

    /** Cannot be made, either. */
    public abstract static class Abstract implements PipelineDefinition {}
}
