package dev.millrace.driver;

import static dev.millrace.driver.Rig.IDLE_TIMEOUT;
import static dev.millrace.driver.Rig.SIZE;
import static dev.millrace.driver.Rig.arrival;
import static dev.millrace.driver.Rig.batch;
import static dev.millrace.driver.Rig.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Aggregations;
import dev.millrace.CollectingSink;
import dev.millrace.Emission;
import dev.millrace.ErrorPolicy;
import dev.millrace.Windows;
import dev.millrace.engine.Limits;
import dev.millrace.state.BucketFullException;
import dev.millrace.state.KeyStateTooLargeException;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** B4: state that is refused, where what was due has changed it and no record is to blame. */
class RefusedStateTest {
    private static final BatchResult DONE = new BatchResult.Done();

    /** Keeps each session's last reading; readings with the text {@code other} are for somebody else. */
    private static Rig sessions(ErrorPolicy policy, GrowingState state, Emission emission) {
        return Rig.of(
                policy,
                readings -> readings.filter(reading -> !reading.text().equals("other"))
                        .keyByPartitionKey(Reading::key)
                        .window(Windows.session(SIZE).withAllowedLateness(SIZE))
                        .aggregate(Aggregations.reduce((left, right) -> right, state))
                        .emit(emission)
                        .collect(new CollectingSink<>("results", new Rig.ResultText<>())));
    }

    private static long idleFor(int number, long millis) {
        return arrival(number) + IDLE_TIMEOUT.toMillis() + millis;
    }

    private static void afterARefusedTick(Rig rig, GrowingState state, Consumer<Runnable> isRefused) {
        PartitionDriver environment = rig.environment();
        environment.apply(batch(item(1, "a", 10), item(2, "b", 20)));
        state.growing.add("b");

        // By this tick both sessions would close, and b's would be stored again.
        isRefused.accept(() -> environment.tick(idleFor(2, 150), position -> true));
        isRefused.accept(() -> environment.tick(idleFor(2, 150), position -> true));

        assertThat(rig.kinds()).hasSize(1);
        assertThat(rig.results()).isEmpty();
        // Neither the tick's watermark nor its firings are left: these readings prolong the sessions.
        assertThat(environment.apply(batch(item(3, "a", 30, "y")))).isEqualTo(DONE);
        state.growing.clear();
        assertThat(environment.apply(batch(item(4, "b", 40, "z")))).isEqualTo(DONE);
        environment.tick(idleFor(4, 150), position -> true);
        assertThat(rig.results()).containsExactly("a 10-130: y", "b 20-140: z");
        assertThat(rig.letters()).isEmpty();
        assertThat(environment.counts()).isEmpty();
    }

    @Test
    void b4_whenATickMakesAKeysStateTooLarge_thenItFailsAndLeavesNothing() {
        GrowingState state = new GrowingState(2_500);
        Rig rig = sessions(ErrorPolicy.DEAD_LETTER, state, Emission.onClose());
        rig.layout = settings -> settings.withLimits(100_000, 2_000);

        afterARefusedTick(
                rig,
                state,
                tick -> assertThatThrownBy(tick::run)
                        .isInstanceOf(KeyStateTooLargeException.class)
                        .hasMessageContaining("key 'b'"));
    }

    @Test
    void b4_whenATickMakesABucketTooLarge_thenItFailsAndLeavesNothing() {
        GrowingState state = new GrowingState(6_000);
        Rig rig = sessions(ErrorPolicy.DEAD_LETTER, state, Emission.onClose());
        rig.layout = settings -> settings.withLimits(3_000, 100_000);

        afterARefusedTick(
                rig,
                state,
                tick -> assertThatThrownBy(tick::run)
                        .isInstanceOf(BucketFullException.class)
                        .hasMessageContaining("key 'b'"));
    }

    @ParameterizedTest
    @EnumSource
    void b4_whenAFiringMakesAKeysStateTooLarge_thenNoRecordOfAnotherKeyIsPassedOver(ErrorPolicy policy) {
        GrowingState state = new GrowingState(2_500);
        Rig rig = sessions(policy, state, Emission.onClose());
        rig.layout = settings -> settings.withLimits(100_000, 2_000);
        PartitionDriver environment = rig.environment();
        environment.apply(batch(item(1, "b", 10)));
        state.growing.add("b");
        Batch batch = batch(item(2, "a", 20), item(3, "a", 115), item(4, "a", 120));

        assertThatThrownBy(() -> environment.apply(batch))
                .isInstanceOf(KeyStateTooLargeException.class)
                .hasMessageContaining("key 'b'");

        assertThat(environment.counts()).isEmpty();
        state.growing.clear();
        assertThat(environment.apply(batch)).isEqualTo(DONE);
        environment.tick(idleFor(4, 1_000), position -> true);
        assertThat(rig.results()).containsExactly("b 10-110: x", "a 20-220: x");
        assertThat(rig.letters()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void b4_whenAnUpdateMakesAKeysStateTooLarge_thenNoRecordOfAnotherKeyIsPassedOver(ErrorPolicy policy) {
        GrowingState state = new GrowingState(2_500);
        Rig rig = sessions(policy, state, Emission.every(Duration.ofSeconds(5)));
        rig.layout = settings -> settings.withLimits(100_000, 2_000);
        // So that a dead letter would leave no room for the update in its entry.
        rig.limits = new Limits(1, 1 << 20);
        PartitionDriver environment = rig.environment();
        environment.apply(batch(item(1, "b", 10)));
        environment.apply(batch(item(2, "b", 20, "y")));
        state.growing.add("b");
        Batch batch = batch(item(9, "a", 30, "other"));

        assertThatThrownBy(() -> environment.apply(batch))
                .isInstanceOf(KeyStateTooLargeException.class)
                .hasMessageContaining("key 'b'");

        assertThat(environment.counts()).isEmpty();
        assertThat(rig.kinds()).hasSize(2);
        state.growing.clear();
        assertThat(environment.apply(batch)).isEqualTo(DONE);
        assertThat(rig.results()).containsExactly("b 10-110: x", "b 10-120: y");
        assertThat(rig.letters()).isEmpty();
    }
}
