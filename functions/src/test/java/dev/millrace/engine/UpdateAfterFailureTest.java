package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.Emission;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.codec.Codecs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An update that waits for its time is sent in the end, whatever fails on the way. */
class UpdateAfterFailureTest {
    private static final long BASE = 1_700_000_000_000L;

    @Test
    void whenAnUpdateThatWaitedCannotBeMadeAndThePolicyIsToFail_thenItIsSentOnceItCan() {
        List<String> broken = new ArrayList<>();
        PipelineBuilder builder = Pipeline.named("updates");
        builder.from("events", Event.CODEC, EventTime.ingestion())
                .keyByPartitionKey(Event::key)
                .aggregate(Aggregations.count())
                .emit(Emission.every(Duration.ofMinutes(1)))
                .peek(result -> {
                    if (broken.contains(result.key())) {
                        throw new IllegalStateException("broken");
                    }
                })
                .map(result -> result.key() + " " + result.value())
                .collect(new CollectingSink<>("out", Codecs.string()));
        TestEnvironment environment = TestEnvironment.of(builder.build());
        environment.process(new Event("a", BASE, 1));
        environment.process(new Event("a", BASE + 1, 1));
        // A minute later another key's record brings the commit at which the update is due.
        SourceRecord later = environment.record(new Event("b", BASE + 60_001, 1));
        broken.add("a");
        environment.task().apply(later, BASE);
        assertThatThrownBy(() -> environment.task().changes()).isInstanceOf(FiringFailure.class);
        environment.task().rollback();
        broken.clear();

        environment.process(later);

        assertThat(environment.partition().outputs("collection:out")).containsExactly("a 1", "b 1", "a 2");
    }
}
