package dev.millrace.driver;

import static dev.millrace.driver.Rig.batch;
import static dev.millrace.driver.Rig.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Aggregations;
import dev.millrace.Emission;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.PipelineException;
import dev.millrace.Result;
import dev.millrace.TableRows;
import dev.millrace.Transform;
import dev.millrace.Windows;
import dev.millrace.engine.Limits;
import dev.millrace.engine.OtherPipelineException;
import dev.millrace.sink.OutputId;
import dev.millrace.state.StateLog;
import dev.millrace.state.StateLogSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which rows a pipeline writes, and which of two pipelines' rows stand. */
class EpochsTest {
    private static final String TABLE = "table:counts";
    /** A window begins here. */
    private static final Instant BASE = Instant.ofEpochMilli(Rig.BASE);

    private final Rig rig = new Rig(counting(Pipeline.named("readings"), Windows.tumbling(Rig.SIZE)));
    private int lives;

    private static Pipeline counting(PipelineBuilder builder, Windows windows) {
        builder.from("source", Reading.CODEC, Rig.eventTime())
                .keyByPartitionKey(Reading::key)
                .window(windows)
                .aggregate(Aggregations.count())
                .named("counts")
                .emit(Emission.onUpdate())
                .toTable(
                        "counts",
                        row -> row.key("key", Result::key)
                                .sortKey(
                                        "start",
                                        result -> String.valueOf(
                                                result.window().start().toEpochMilli() - Rig.BASE))
                                .attribute("n", Result::value));
        return builder.build();
    }

    private PartitionDriver driver(Pipeline pipeline) {
        StateLog log = new StateLog(
                rig.store,
                Rig.NAME,
                StateLogSettings.of("epochs-" + ++lives, null)
                        .withEpoch(pipeline.tableRows().epoch()));
        return new PartitionDriver(
                pipeline,
                Rig.NAME,
                log,
                rig.emitter,
                new PartitionSettings(null, false, Rig.IDLE_TIMEOUT, Limits.DEFAULT));
    }

    private List<String> starts() {
        return rig.emitter.outputs(TABLE).stream()
                .map(row -> row.replaceAll(".*\"start\":(?:\\{\"S\":)?\"(-?\\d+)\".*", "$1"))
                .distinct()
                .toList();
    }

    @Test
    void aLogIsOfOneEpoch_andAnotherIsRefused() {
        rig.environment().apply(batch(item(1, "a", 10)));
        PartitionDriver second = driver(counting(Pipeline.named("readings").epoch(2), Windows.tumbling(Rig.SIZE)));

        assertThatThrownBy(() -> second.apply(batch(item(2, "a", 20))))
                .isInstanceOf(OtherPipelineException.class)
                .hasMessageContaining(
                        "is of pipeline 'readings' with epoch 1, and this pipeline 'readings' has epoch 2")
                .hasMessageContaining("another name");

        assertThat(rig.environment().apply(batch(item(2, "a", 20)))).isEqualTo(new BatchResult.Done());
        assertThat(rig.store.committed).hasSize(2);
    }

    @Test
    void aNewLogHasThePipelinesEpoch_andSoHaveItsOutputs() {
        PartitionDriver driver = driver(counting(Pipeline.named("readings").epoch(7), Windows.tumbling(Rig.SIZE)));

        List<OutputId> ids = new ArrayList<>();
        rig.emitter.before = outputs -> outputs.forEach(output -> ids.add(output.id()));

        driver.apply(batch(item(1, "a", 10)));

        assertThat(ids).isNotEmpty().allMatch(id -> id.epoch() == 7);
    }

    @Test
    void windowsThatBeginBefore_haveNoRows() {
        PipelineBuilder builder = Pipeline.named("readings").rowsFrom(BASE.plusMillis(100));
        PartitionDriver driver =
                driver(counting(builder, Windows.sliding(Duration.ofMillis(200), Duration.ofMillis(100))));

        for (int i = 0; i < 5; i++) {
            driver.apply(batch(item(1 + i, "a", 100L * i)));
        }

        assertThat(starts()).containsExactlyInAnyOrder("100", "200", "300", "400");
    }

    @Test
    void aBackfill_writesWindowsOnceTheyHaveClosed_andOnlyThoseAskedFor() {
        Pipeline pipeline = rig.pipeline.backfill(new TableRows(2, BASE.plusMillis(100), BASE.plusMillis(300)));
        PartitionDriver driver = driver(pipeline);

        for (int i = 0; i < 3; i++) {
            driver.apply(batch(item(1 + i, "a", 100L * i)));
        }
        assertThat(starts()).containsExactly("100");
        for (int i = 3; i < 6; i++) {
            driver.apply(batch(item(1 + i, "a", 100L * i)));
        }

        assertThat(starts()).containsExactly("100", "200");
        assertThat(rig.emitter.outputs(TABLE)).hasSize(2);
        assertThat(pipeline.operator("counts").transform())
                .isInstanceOfSatisfying(
                        Transform.Aggregate.class,
                        aggregate -> assertThat(aggregate.emission()).isEqualTo(Emission.onClose()));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, TableRows.MAX_EPOCH + 1})
    void anEpochOutOfBounds_isRefused(long epoch) {
        PipelineBuilder builder = Pipeline.named("readings");

        assertThatThrownBy(() -> builder.epoch(epoch))
                .isInstanceOf(PipelineException.class)
                .hasMessage("the epoch is " + epoch + ", and must be 1 to 1000000");
    }
}
