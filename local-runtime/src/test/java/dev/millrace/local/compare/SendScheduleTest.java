package dev.millrace.local.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SendScheduleTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void records_areDueEvenlyFromTheStartOn() {
        SendSchedule schedule = new SendSchedule(1_000, 4);

        assertThat(schedule.intendedNanos(0)).isEqualTo(1_000);
        assertThat(schedule.intendedNanos(3)).isEqualTo(1_000 + SECOND * 3 / 4);
        assertThat(schedule.dueBy(999)).isZero();
        assertThat(schedule.dueBy(1_000)).isEqualTo(1);
        assertThat(schedule.dueBy(1_000 + SECOND)).isEqualTo(5);
    }

    @Test
    void whenTheRateDividesNoSecond_thenWhatIsDueIsWhatShouldHaveBeenSent() {
        SendSchedule schedule = new SendSchedule(7, 333.3);

        for (long number = 1; number < 10_000; number++) {
            long intended = schedule.intendedNanos(number);
            assertThat(schedule.dueBy(intended)).isEqualTo(number + 1);
            assertThat(schedule.dueBy(intended - 1)).isEqualTo(number);
        }
    }

    @Test
    void noRate_isRefused() {
        assertThatThrownBy(() -> new SendSchedule(0, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
