package dev.millrace.driver;

import static dev.millrace.driver.Rig.batch;
import static dev.millrace.driver.Rig.item;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Windows;
import dev.millrace.engine.Limits;
import dev.millrace.state.StateLog;
import dev.millrace.state.StateLogSettings;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** State is found by its operator's name: that of a name that is gone stays where it is, and is told of. */
class RenamedOperatorsTest {
    private final Rig rig = new Rig(counting("counts"));
    private int lives;

    private static Pipeline counting(String name) {
        PipelineBuilder builder = Pipeline.named("readings").deadLetters("letters");
        builder.from("source", Reading.CODEC, Rig.eventTime())
                .keyByPartitionKey(Reading::key)
                .window(Windows.tumbling(Rig.SIZE))
                .aggregate(Aggregations.count())
                .named(name)
                .collect(new CollectingSink<>("results", new Rig.ResultText<>()));
        return builder.build();
    }

    /** In an environment of its own, as after a kill. */
    private void apply(String operator, BatchItem... items) {
        StateLog log = new StateLog(rig.store, Rig.NAME, StateLogSettings.of("renamed-" + ++lives, null));
        PartitionDriver driver = new PartitionDriver(
                counting(operator),
                Rig.NAME,
                log,
                rig.emitter,
                new PartitionSettings(null, false, Rig.IDLE_TIMEOUT, Limits.DEFAULT));
        assertThat(driver.apply(batch(items))).isEqualTo(new BatchResult.Done());
    }

    @Test
    void whenAnOperatorIsRenamed_thenItBeginsAnew_andUnderItsOldNameItGoesOn() {
        apply("counts", item(1, "a", 10), item(2, "a", 20));
        apply("renamed", item(3, "a", 30));
        apply("renamed", item(4, "a", 110));
        assertThat(rig.results()).containsExactly("a 0-100: 1");

        apply("counts", item(5, "b", 120));

        assertThat(rig.results()).containsExactly("a 0-100: 1", "a 0-100: 2");
    }

    @Test
    void stateWithoutAnOperator_isToldOfByNameAndNumber() {
        SortedMap<String, Integer> keys = new TreeMap<>();
        keys.put("counts", 3);
        keys.put("source/keyBy/aggregate", 12);

        assertThat(StrayState.message(Rig.NAME, keys))
                .contains(
                        "The state log of readings/source/shard-1 has state of operators that the pipeline does not have:"
                                + " 'counts' (keys: 3), 'source/keyBy/aggregate' (keys: 12). It is kept")
                .contains("named(...)");
    }

    @Test
    void howeverManyThereAre_oneLineNamesTen() {
        SortedMap<String, Integer> keys = new TreeMap<>();
        IntStream.range(0, 1_000).forEach(i -> keys.put("operator-" + i, 1));

        assertThat(StrayState.message(Rig.NAME, keys))
                .contains(" and 990 more.")
                .hasSizeLessThan(1_000)
                .doesNotContain("\n");
    }
}
