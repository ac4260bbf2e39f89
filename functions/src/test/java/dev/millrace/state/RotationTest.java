package dev.millrace.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** B1: which buckets an entry makes due. */
class RotationTest {
    private static final int PLENTY = 10_000_000;

    @Test
    void anEntryMakesNoMoreBucketsDueThanItSays_andThatManyIfItIsLarge() {
        for (Header header :
                List.of(Header.first(16, 15), Header.first(16, 16), Header.first(64, 20), Header.first(8, 3))) {
            int most = 0;
            BucketTurn turn = BucketTurn.START;
            for (long number = 1; number <= header.ringSlots(); number++) {
                turn = Rotation.next(turn, PLENTY, number, header, bucket -> 100);
                most = Math.max(most, turn.due());
            }

            assertThat(most).isEqualTo(Rotation.most(header));
        }
    }

    @Test
    void everyBucketIsDueTwiceInEachLapOfSmallEntries_whateverTheLogStartsFrom() {
        for (long start : new long[] {0, 5, 1_000_003}) {
            Header header = new Header(1, 1, 64, 20, start, 0, 0, List.of());
            int[] due = new int[header.allBuckets()];
            BucketTurn turn = BucketTurn.START;
            for (long number = start + 1; number <= start + 64; number++) {
                turn = Rotation.next(turn, 0, number, header, bucket -> 100);
                turn.buckets(header.allBuckets()).forEach(bucket -> due[bucket]++);
            }

            assertThat(due).containsOnly(2);
        }
    }
}
