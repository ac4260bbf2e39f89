package dev.millrace.driver;

import static dev.millrace.driver.Rig.BASE;
import static dev.millrace.driver.Rig.IDLE_TIMEOUT;
import static dev.millrace.driver.Rig.arrival;
import static dev.millrace.driver.Rig.batch;
import static dev.millrace.driver.Rig.item;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engine.Position;
import dev.millrace.engine.SourceRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** How ticks advance an idle partition: rule T1 of the state log. */
class IdlenessTest {
    private final Rig rig = Rig.counting();
    private final PartitionDriver driver = rig.environment();

    /** "Now", so that an idle partition whose last record is {@code number} has come this far beyond its event time. */
    private static long idleFor(int number, long millis) {
        return arrival(number) + IDLE_TIMEOUT.toMillis() + millis;
    }

    @Test
    void anIdlePartitionsEventTimeGoesOnWithTheClock() {
        driver.apply(batch(item(1, "a", 10)));

        driver.tick(idleFor(1, 89), position -> true);
        assertThat(rig.results()).isEmpty();
        assertThat(driver.progress().watermark()).isEqualTo(BASE + 10);

        driver.tick(idleFor(1, 90), position -> true);
        assertThat(rig.results()).containsExactly("a 0-100: 1");
        assertThat(driver.progress().watermark()).isEqualTo(BASE + 100);
    }

    @Test
    void advancesAreNotCumulative() {
        driver.apply(batch(item(1, "a", 10), item(2, "b", 20)));
        driver.tick(idleFor(2, 80), position -> true);
        assertThat(rig.results()).hasSize(2);
        driver.apply(batch(item(3, "a", 130)));

        driver.tick(idleFor(3, 69), position -> true);
        assertThat(rig.results()).hasSize(2);
        assertThat(driver.progress().watermark()).isEqualTo(BASE + 130);
        driver.tick(idleFor(3, 70), position -> true);

        assertThat(rig.results()).hasSize(3);
    }

    @Test
    void aStuckShardIsNotIdle() {
        driver.apply(batch(item(1, "a", 10)));

        driver.tick(idleFor(1, 10_000), position -> false);

        assertThat(rig.results()).isEmpty();
        driver.apply(batch(item(2, "a", 20), item(3, "a", 150)));
        assertThat(rig.results()).containsExactly("a 0-100: 2");
        assertThat(rig.letters()).isEmpty();
    }

    @Test
    void insideAnAggregatedRecord_noReadProvesAnything() {
        SourceRecord inside = new SourceRecord(
                "a", new Reading("a", BASE + 10, "x").encoded(), new Position("1", 0, true), arrival(1));
        driver.apply(batch(BatchItem.of(inside)));
        List<Position> probed = new ArrayList<>();

        driver.tick(idleFor(1, 10_000), position -> {
            probed.add(position);
            return true;
        });

        assertThat(probed).isEmpty();
        assertThat(rig.results()).isEmpty();
    }

    @Test
    void theProofIsOfThePositionThatTheTickActsOn() {
        driver.apply(batch(item(1, "a", 10)));
        PartitionDriver other = rig.environment();
        other.apply(batch(item(2, "a", 20)));
        List<String> probed = new ArrayList<>();

        driver.tick(idleFor(2, 10_000), position -> {
            probed.add(Objects.requireNonNull(position).sequenceNumber());
            return true;
        });

        assertThat(probed).containsExactly("2");
        assertThat(rig.results()).containsExactly("a 0-100: 2");
    }

    @Test
    void whenFenced_thenIdlenessIsProvenAnew() {
        driver.apply(batch(item(1, "a", 10)));
        List<String> probed = new ArrayList<>();

        driver.tick(idleFor(1, 10_000), position -> {
            if (probed.isEmpty()) {
                rig.environment().apply(batch(item(2, "a", 20)));
            }
            probed.add(Objects.requireNonNull(position).sequenceNumber());
            return probed.size() == 1;
        });

        assertThat(probed).containsExactly("1", "2");
        assertThat(rig.results()).isEmpty();
    }

    @Test
    void aSkippedRecordAtTheEndCountsAsSeen() {
        driver.apply(batch(item(1, "a", 10), item(2, "a", 20, "bad")));

        driver.tick(
                idleFor(2, 80),
                position -> Objects.requireNonNull(position).sequenceNumber().equals("2"));

        assertThat(rig.results()).containsExactly("a 0-100: 1");
    }

    @Test
    void anEmptyAggregatedRecord_movesThePositionAndNoWatermark() {
        driver.apply(batch(item(1, "a", 10), BatchItem.empty(Rig.record(2, "a", new byte[0]))));

        assertThat(driver.progress().position()).isEqualTo(new Position("2", 0, false));
        assertThat(driver.progress().watermark()).isEqualTo(BASE + 10);
    }
}
