package dev.millrace.local.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.millrace.local.kinesis.StreamRecord;
import dev.millrace.local.source.ShardRead;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShardReadsTest {
    private final ShardReads reads = new ShardReads();
    private final Distribution latencies = new Distribution(1_000_000);

    /** Records that arrived at these times; each one's number is one more than the last's. */
    private static ShardRead read(int first, boolean atTip, long... arrivals) {
        StreamRecord[] records = new StreamRecord[arrivals.length];
        for (int i = 0; i < arrivals.length; i++) {
            records[i] = new StreamRecord(
                    String.valueOf(first + i), Instant.ofEpochMilli(arrivals[i]), "key", ByteBuffer.allocate(0));
        }
        return new ShardRead(List.of(records), "next", atTip);
    }

    @Test
    void whenSomeOfWhatWasReadIsDone_thenTheLagIsThatOfTheFirstThatIsNot() {
        reads.read(read(8, true, 100, 150, 200));
        assertThat(reads.lagMillis(1_000)).isEqualTo(900);

        reads.doneTo("9", 1_000, latencies);
        assertThat(reads.lagMillis(1_000)).isEqualTo(800);
        assertThat(reads.done()).isEqualTo(2);

        // 10 comes after 9, as numbers have it.
        reads.doneTo("10", 1_000, latencies);
        assertThat(reads.lagMillis(1_000)).isZero();
        assertThat(reads.done()).isEqualTo(3);
    }

    @Test
    void whenThereIsMoreToRead_thenTheLagIsAtLeastThatOfTheLastThatWasRead() {
        reads.read(read(1, false, 100));
        reads.doneTo("1", 1_000, latencies);
        assertThat(reads.lagMillis(1_000)).isEqualTo(900);

        reads.read(read(2, true));
        assertThat(reads.lagMillis(1_000)).isZero();
    }

    @Test
    void whenTheShardIsReadAgain_thenEachRecordIsDoneOnce() {
        reads.read(read(1, true, 100, 100));
        reads.beginAnew();
        reads.read(read(1, true, 100, 100));
        reads.doneTo("2", 1_000, latencies);

        assertThat(reads.done()).isEqualTo(2);
        assertThat(reads.lagMillis(1_000)).isZero();
    }

    @Test
    void latencies_areFromArrivalToTheEnd_ofEachRecord() {
        reads.read(read(1, true, 900, 900, 900, 600));
        reads.doneTo("4", 1_000, latencies);
        latencies.sample();

        Distribution.Percentiles known = latencies.percentiles();
        assertThat(known.count()).isEqualTo(4);
        assertThat(known.p50()).isCloseTo(100_000, withPercentage(1));
        assertThat(known.max()).isCloseTo(400_000, withPercentage(1));
    }

    @Test
    void whenNothingIsEverDone_thenWhatIsKeptIsBounded_andAllOfItCountsInTheEnd() {
        long[] arrivals = new long[10_000];
        Arrays.setAll(arrivals, i -> i);
        reads.read(read(1, true, arrivals));
        reads.doneTo("4000", 20_000, latencies);
        assertThat(reads.done()).isEqualTo(4_000);

        reads.doneTo("10000", 20_000, latencies);
        assertThat(reads.done()).isEqualTo(10_000);
    }
}
