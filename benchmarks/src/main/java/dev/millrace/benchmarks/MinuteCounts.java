package dev.millrace.benchmarks;

import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import dev.millrace.plan.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** The pipelines of the samples clickstream and word-count, with results on close, that go to memory as numbers. */
record MinuteCounts(IntFunction<Plan> plans) {
    /** What the sample has. */
    record Click(String user, String page, Instant timestamp) {}

    /** Each job has state of its own. */
    Plan plan(int job) {
        return plans.apply(job);
    }

    static MinuteCounts ofClicks() {
        return new MinuteCounts(job -> {
            PipelineBuilder pipeline = Pipeline.named("clicks-" + job).deadLetters("clicks-dead-letters-" + job);
            pipeline.from(
                            "clicks-" + job,
                            Codecs.json(Click.class),
                            EventTime.extracted(Click::timestamp, Duration.ofSeconds(5)))
                    .keyBy(Click::page)
                    .window(Windows.tumbling(Duration.ofMinutes(1)))
                    .aggregate(Aggregations.count())
                    .map(Result::value)
                    .collect(new CollectingSink<>("counts", LongCodec.ofLongs()));
            return Plan.of(pipeline.build());
        });
    }

    static MinuteCounts ofWords() {
        return new MinuteCounts(job -> {
            PipelineBuilder pipeline = Pipeline.named("words-" + job).deadLetters("words-dead-letters-" + job);
            pipeline.from("lines-" + job, Codecs.string(), EventTime.ingestion())
                    .flatMap(MinuteCounts::words)
                    .keyBy(word -> word)
                    .window(Windows.tumbling(Duration.ofMinutes(1)))
                    .aggregate(Aggregations.count())
                    .map(Result::value)
                    .collect(new CollectingSink<>("counts", LongCodec.ofLongs()));
            return Plan.of(pipeline.build());
        });
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int end = line.indexOf(' '); end >= 0; end = line.indexOf(' ', start)) {
            words.add(line.substring(start, end));
            start = end + 1;
        }
        words.add(line.substring(start));
        return words;
    }
}
