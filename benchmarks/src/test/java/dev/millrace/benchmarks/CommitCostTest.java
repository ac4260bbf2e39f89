package dev.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.state.InMemoryStateLogStore;
import org.junit.jupiter.api.Test;

/** The bars of {@link CommitCost}, in runs short enough for every build. */
class CommitCostTest {
    @Test
    void whateverABatchTouchesAndTheStateHolds_thenItIsOneWriteOfAnEntryAndAtMostOneRead() {
        try (LocalDynamoDb dynamoDb = new LocalDynamoDb()) {
            for (int stateKeys : new int[] {1_000, 5_000}) {
                assertThat(BatchCost.measure("in memory", new InMemoryStateLogStore(), stateKeys))
                        .hasSize(3)
                        .allMatch(BatchCost::isWithinBar);
            }
            assertThat(BatchCost.measure("DynamoDB Local", dynamoDb.store("state"), 1_000))
                    .hasSize(3)
                    .allMatch(BatchCost::isWithinBar);
        }
    }

    @Test
    void overMoreThanALapOfTheRing_thenBucketsCostNoMoreThanEntriesAndItemsForEachKeyThirtyTimesAsMuch() {
        RunCost cost = RunCost.measure("in memory", new InMemoryStateLogStore(), new Layout(256, 8), 280);

        assertThat(cost.laps()).isGreaterThan(1);
        assertThat(cost.emitted()).isPositive();
        assertThat(cost.ofBound()).isLessThanOrEqualTo(1);
        assertThat(cost.timesLessThanKeys()).isGreaterThan(30);
    }
}
