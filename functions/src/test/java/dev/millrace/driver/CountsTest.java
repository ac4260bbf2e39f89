package dev.millrace.driver;

import static dev.millrace.driver.Rig.BASE;
import static dev.millrace.driver.Rig.IDLE_TIMEOUT;
import static dev.millrace.driver.Rig.arrival;
import static dev.millrace.driver.Rig.batch;
import static dev.millrace.driver.Rig.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.engine.Progress;
import dev.millrace.engine.Reason;
import dev.millrace.state.FaultyStore.Fate;
import dev.millrace.state.ItemKey;
import dev.millrace.state.StateLogUnavailableException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a driver tells of itself for metrics. */
class CountsTest {
    private final Rig rig = Rig.counting();

    @Test
    void whenTheTaskIsLoadedAnew_thenCountsGoOn() {
        rig.layout = settings -> settings.withLayout(8, 3);
        PartitionDriver slow = rig.environment();
        slow.apply(batch(item(1, "a", 10, "bad")));
        PartitionDriver fast = rig.environment();
        int number = 2;
        for (; number < 13; number++) {
            fast.apply(batch(item(number, "a", 20)));
        }

        slow.apply(batch(item(number, "a", 30, "bad")));

        assertThat(slow.counts()).isEqualTo(Map.of(Reason.PROCESSING_FAILED, 2L));
        assertThat(fast.counts()).isEmpty();
    }

    @Test
    void whenACommitIsFenced_thenWhatIsAppliedAgainCountsOnce() {
        PartitionDriver one = rig.environment();
        PartitionDriver two = rig.environment();
        one.apply(batch(item(1, "a", 10)));
        two.apply(batch(item(1, "a", 10)));
        one.apply(batch(item(2, "a", 20)));
        // Eventually consistent reads find nothing of the second entry; the fence does.
        rig.store.lag = key -> key.kind() == ItemKey.Kind.ENTRY && key.sortKey() == 2 ? 1 : 0;

        two.apply(batch(item(2, "a", 20), item(3, "a", 30, "bad")));

        assertThat(rig.kinds()).hasSize(3);

        assertThat(two.counts()).isEqualTo(Map.of(Reason.PROCESSING_FAILED, 1L));
    }

    @Test
    void whenACommitIsLost_thenItDoesNotCountUntilItIsMadeAgain() {
        PartitionDriver environment = rig.environment();
        Batch batch = batch(item(1, "a", 10, "bad"), item(2, "a", 200), item(3, "a", 20));
        rig.nextEntry(Fate.LOST);
        assertThatThrownBy(() -> environment.apply(batch)).isInstanceOf(StateLogUnavailableException.class);
        assertThat(environment.counts()).isEmpty();

        environment.apply(batch);

        assertThat(environment.counts()).isEqualTo(Map.of(Reason.PROCESSING_FAILED, 1L, Reason.LATE, 1L));
    }

    @Test
    void t1_whileAPartitionIsIdle_thenEventTimeGoesOnForMetrics_alsoWhereNothingIsDue() {
        PartitionDriver environment = rig.environment();
        assertThat(environment.eventTimeMillis()).isEqualTo(Progress.NO_TIME);
        environment.apply(batch(item(1, "a", 10), item(2, "a", 130)));
        assertThat(environment.eventTimeMillis()).isEqualTo(BASE + 130);
        long idle = arrival(2) + IDLE_TIMEOUT.toMillis();
        environment.tick(idle + 1_000, position -> true);
        environment.tick(idle + 60_000, position -> true);
        // The last window has closed by the first of them.
        assertThat(environment.eventTimeMillis()).isEqualTo(BASE + 130 + 60_000);
        environment.tick(idle + 90_000, position -> false);
        assertThat(environment.eventTimeMillis()).isEqualTo(BASE + 130 + 60_000);

        environment.apply(batch(item(3, "a", 500)));

        assertThat(environment.eventTimeMillis())
                .as("the watermark, which the first tick moved")
                .isEqualTo(BASE + 130 + 1_000);
    }
}
