package dev.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The bars of {@link HopCost}, in runs short enough for every build. */
class HopCostTest {
    @Test
    void aBatchThatClosesNoWindow_thenIsOneEntryOfEachPartitionAndOneRequest() {
        try (LocalKinesis kinesis = new LocalKinesis()) {
            int batches = 65;
            HopRun run = HopRun.measure(kinesis, Grouping.KEY_BY, 1_000, batches);

            assertThat(run.results()).isPositive();
            assertThat(run.quiet()).isBetween((long) batches, 2L * batches - 1);
            assertThat(run.senderEntries()).isEqualTo(batches);
            assertThat(run.mostReceiverEntries()).isEqualTo(1);
            assertThat(run.mostRequests()).isEqualTo(1);
            assertThat(run.records()).isEqualTo(2L * batches);
        }
    }

    @Test
    void whereBatchesAreCombined_thenAtMostATenthOfPlainRekeyingGoesThroughTheStream() {
        try (LocalKinesis kinesis = new LocalKinesis()) {
            for (int records : new int[] {1_000, 10_000}) {
                HopRun combined = HopRun.measure(kinesis, Grouping.KEY_BY, records, 5);
                HopRun alone = HopRun.measure(kinesis, Grouping.KEY_BY_WITHOUT_COMBINING, records, 5);

                assertThat(combined.ofPlain()).isLessThanOrEqualTo(0.1);
                assertThat(combined.isWithinBars()).isTrue();
                assertThat(alone.plainBytes()).isEqualTo(combined.plainBytes());
                assertThat(alone.bytes()).isBetween(combined.bytes(), combined.plainBytes());
            }
        }
    }

    @Test
    void aPackedRecordTakesAtMostTwentyBytesForEachPartBesideItsKeyAndAccumulator() {
        assertThat(PartOverhead.measure()).hasSize(2).allMatch(PartOverhead::isWithinBar);
    }
}
