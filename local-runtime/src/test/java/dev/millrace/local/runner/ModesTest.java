package dev.millrace.local.runner;

import dev.millrace.Aggregations;
import dev.millrace.Emission;
import dev.millrace.EventStream;
import dev.millrace.EventTime;
import dev.millrace.KeyedStream;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import java.time.Instant;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A pipeline goes from the Lambda handler to the runner, and back, at any moment: nothing is lost or doubled. */
class ModesTest {
    private static Pipeline pipeline(Function<EventStream<String>, KeyedStream<String, String>> grouping) {
        PipelineBuilder pipeline = Pipeline.named("visiting").deadLetters("visits-dead-letters");
        KeyedStream<String, String> visits = grouping.apply(pipeline.from(
                TakingTurns.STREAM,
                Codecs.string(),
                EventTime.extracted(ModesTest::time, TakingTurns.OUT_OF_ORDERNESS)));
        visits.aggregate(Aggregations.count())
                .named("counts")
                .emit(Emission.onUpdate())
                .toTable(TakingTurns.COUNTS, row -> row.key("key", Result::key).attribute("count", Result::value));
        visits.window(Windows.tumbling(TakingTurns.WINDOW))
                .aggregate(Aggregations.count())
                .named("windows")
                .toTable(
                        TakingTurns.WINDOWS,
                        row -> row.key("key", Result::key)
                                .sortKey("start", result -> result.window().start())
                                .attribute("count", Result::value));
        return pipeline.build();
    }

    private static String key(String text) {
        return text.substring(0, text.indexOf(','));
    }

    private static Instant time(String text) {
        return Instant.ofEpochMilli(Long.parseLong(text.substring(text.indexOf(',') + 1)));
    }

    @Test
    void whenModesTakeTurns_thenEveryCountOfTwoStagesIsExact() throws Exception {
        try (TakingTurns turns = new TakingTurns(pipeline(visits -> visits.keyBy(ModesTest::key)))) {
            turns.put(200);
            turns.lambda();
            turns.runner();
            turns.lambda();
            turns.lambdaOfFirstStage();
            turns.runner();
            turns.runnerThatIsKilled();
            turns.lambda();
            turns.replaceFunctions();
            turns.lambdaOfFirstStage();
            turns.runnerThatIsKilled();
            turns.lambdaOfFirstStage();
            turns.lambda();
            turns.runnerThatIsKilled();
            turns.runner();
            turns.lambdaOfFirstStage();
            turns.assertExact();
        }
    }

    @Test
    void whenModesTakeTurns_thenEveryCountOfOneStageIsExact() {
        try (TakingTurns turns = new TakingTurns(pipeline(visits -> visits.keyByPartitionKey(ModesTest::key)))) {
            turns.put(200);
            turns.runner();
            turns.lambda();
            turns.runner();
            turns.replaceFunctions();
            turns.lambda();
            turns.runner();
            turns.lambda();
            turns.assertExact();
        }
    }
}
