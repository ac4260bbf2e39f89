package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.ErrorPolicy;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A result that cannot be sent on to all that follow is sent on to none. */
class PartialResultsTest {
    private static final long BASE = 1_700_000_000_000L;

    private static TestEnvironment environment() {
        PipelineBuilder builder =
                Pipeline.named("results").onError(ErrorPolicy.DEAD_LETTER).deadLetters("letters");
        var counts = builder.from("events", Event.CODEC, EventTime.ingestion())
                .keyByPartitionKey(Event::key)
                .window(Windows.tumbling(Duration.ofMillis(100)))
                .aggregate(Aggregations.count());
        counts.map(result -> result.key()).collect(new CollectingSink<>("first", Codecs.string()));
        counts.keyBy(result -> result.key())
                .named("again")
                .window(Windows.tumbling(Duration.ofMillis(100)))
                .aggregate(Aggregations.count())
                .map(result -> result.key())
                .collect(new CollectingSink<>("last", Codecs.string()));
        counts.map(result -> {
                    if (result.key().equals("broken")) {
                        throw new IllegalStateException("broken");
                    }
                    return result.key();
                })
                .collect(new CollectingSink<>("second", Codecs.string()));
        return TestEnvironment.of(builder.build());
    }

    @Test
    void whenOneBranchFails_thenTheOthersHaveNothingOfTheResult_andThoseBeforeAndAfterItArrive() {
        TestEnvironment environment = environment();
        for (String key : new String[] {"a", "broken", "c"}) {
            environment.process(environment.record(key, new Event(key, BASE, 1).encoded(), BASE));
        }
        environment.process(environment.record("a", new Event("a", BASE, 1).encoded(), BASE + 100));

        assertThat(environment.partition().outputs("collection:first")).containsExactly("a", "c");
        assertThat(environment.partition().outputs("collection:second")).containsExactly("a", "c");
        assertThat(environment.partition().outputs(Output.DEAD_LETTERS))
                .singleElement()
                .asString()
                .contains("key 'broken'");
        assertThat(environment.counts()).isEqualTo(Map.of(Reason.PROCESSING_FAILED, 1L));
        assertThat(keysSentAgain(environment)).containsExactly("a", "c");
    }

    private static List<String> keysSentAgain(TestEnvironment environment) {
        return environment.partition().entries().stream()
                .flatMap(entry -> TestStage.sent(entry, "again").stream())
                .flatMap(parts -> parts.parts().stream())
                .map(part -> Codecs.string().decode(part.key()))
                .toList();
    }
}
