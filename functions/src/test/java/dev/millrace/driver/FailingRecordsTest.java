package dev.millrace.driver;

import static dev.millrace.driver.Rig.SIZE;
import static dev.millrace.driver.Rig.batch;
import static dev.millrace.driver.Rig.item;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.ErrorPolicy;
import dev.millrace.Windows;
import dev.millrace.engine.Reason;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Batches in which many records fail within an aggregation. */
class FailingRecordsTest {
    private int applications;

    /** Counts as the aggregation applies a reading. */
    private long number(Reading reading) {
        applications++;
        return Long.parseLong(reading.text());
    }

    private Rig summing() {
        return Rig.of(
                ErrorPolicy.DEAD_LETTER,
                readings -> readings.keyByPartitionKey(Reading::key)
                        .window(Windows.tumbling(SIZE))
                        .aggregate(Aggregations.sumLong(this::number))
                        .collect(new CollectingSink<>("results", new Rig.ResultText<>())));
    }

    private static BatchItem[] items(int count, int failingEach) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> item(number, "a", 10, number % failingEach == 0 ? "many" : "1"))
                .toArray(BatchItem[]::new);
    }

    @Test
    void whenEverySecondRecordFails_thenEachIsAppliedABoundedNumberOfTimesInFewEntries() {
        Rig rig = summing();
        PartitionDriver environment = rig.environment();
        int records = 1_000;

        assertThat(environment.apply(batch(items(records, 2)))).isEqualTo(new BatchResult.Done());

        assertThat(applications).isBetween(records, 10 * records);
        assertThat(rig.kinds()).hasSizeLessThan(records / 20);
        assertThat(environment.counts()).containsOnlyKeys(Reason.PROCESSING_FAILED);
        environment.apply(batch(item(records + 1, "a", 150, "0")));
        assertThat(rig.results()).containsExactly("a 0-100: 500");
        assertThat(rig.letters())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 500)
                        .mapToObj(half -> "processing-failed " + 2 * half)
                        .toList());
    }

    @Test
    void whenFewRecordsFail_thenNoEntryIsCutForThem() {
        Rig rig = summing();

        rig.environment().apply(batch(items(1_000, 100)));

        assertThat(rig.kinds()).hasSize(1);
    }

    @Test
    void whenAllRecordsFail_thenNoneIsAppliedTwice() {
        Rig rig = summing();

        rig.environment().apply(batch(items(200, 1)));

        assertThat(applications).isEqualTo(200);
        assertThat(rig.letters()).hasSize(200);
    }
}
