package dev.millrace.driver;

import static dev.millrace.driver.Rig.SIZE;
import static dev.millrace.driver.Rig.batch;
import static dev.millrace.driver.Rig.item;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.ErrorPolicy;
import dev.millrace.Windows;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** L4: how much goes into one entry. */
class EntrySizesTest {
    static String noise(int length, long seed) {
        StringBuilder noise = new StringBuilder();
        new Random(seed).ints(length, 'A', 'z').forEach(noise::appendCodePoint);
        return noise.toString();
    }

    @Test
    void l4_whenFiringsOnceTookSmallEntries_thenTheNextBatchTakesFullOnesAgain() {
        // A final session is kept for late records, with a mark that it was sent: each firing rewrites its state.
        Rig rig = Rig.of(
                ErrorPolicy.DEAD_LETTER,
                readings -> readings.keyByPartitionKey(Reading::key)
                        .window(Windows.session(SIZE).withAllowedLateness(SIZE))
                        .aggregate(Aggregations.reduce((left, right) -> right, Reading.CODEC))
                        .collect(new CollectingSink<>("results", new Rig.ResultText<>())));
        rig.layout = settings -> settings.withLimits(3_000, 2_500);
        PartitionDriver environment = rig.environment();
        int keys = 40;
        for (int number = 1; number <= keys; number++) {
            environment.apply(batch(item(number, "key" + number, 10, noise(200, number))));
        }
        environment.apply(batch(item(keys + 1, "last", 170)));
        int entriesOfLargeFirings = rig.kinds().size() - keys;
        environment.apply(batch(IntStream.rangeClosed(1, 20)
                .mapToObj(k -> item(keys + 1 + k, "small" + k, 400))
                .toArray(BatchItem[]::new)));
        int entries = rig.kinds().size();

        environment.apply(batch(item(keys + 22, "last", 550)));

        assertThat(entriesOfLargeFirings).isGreaterThan(1);
        assertThat(rig.results()).hasSize(keys + 21);
        assertThat(rig.kinds()).hasSize(entries + 1);
    }
}
