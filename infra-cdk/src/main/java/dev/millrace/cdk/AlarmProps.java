package dev.millrace.cdk;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awscdk.services.cloudwatch.IAlarmAction;

/**
 * What the alarms of a pipeline tell, and when. Made by {@link #builder}. An alarm without actions still shows on the
 * dashboard.
 *
 * @param enabled whether there are alarms
 * @param actions what an alarm does when it goes off, and when it is over
 * @param watermarkLag how far event time may be behind the clock, beyond the delay that the pipeline itself allows for
 * @param percentOfRetention how old a record may get before it is processed, in percent of the stream's retention
 */
public record AlarmProps(boolean enabled, List<IAlarmAction> actions, Duration watermarkLag, int percentOfRetention) {
    /** At 100 a record is gone before it could tell. */
    private static final int MOST_PERCENT = 95;

    private static final Duration LONGEST_LAG = Duration.ofDays(365);

    /** @throws IllegalArgumentException if a value cannot be: the message names it, and says what can */
    public AlarmProps {
        actions = List.copyOf(actions);
        Props.seconds("watermarkLag", watermarkLag, Duration.ofSeconds(1), LONGEST_LAG);
        Props.inRange("percentOfRetention", percentOfRetention, 1, MOST_PERCENT);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Alarms with all that is not chosen at its default. */
    public static AlarmProps defaults() {
        return builder().build();
    }

    /** No alarms. */
    public static AlarmProps none() {
        return new AlarmProps(false, List.of(), Duration.ofMinutes(15), 50);
    }

    /** Chooses, step by step. Not safe for use by several threads. */
    public static final class Builder {
        private final List<IAlarmAction> actions = new ArrayList<>();
        private Duration watermarkLag = Duration.ofMinutes(15);
        private int percentOfRetention = 50;

        private Builder() {}

        /**
         * Adds what each alarm does when it goes off, and again when it is over, such as an {@code SnsAction}.
         *
         * @default none
         */
        public Builder action(IAlarmAction value) {
            actions.add(value);
            return this;
        }

        /**
         * How far event time may be behind the clock, 1 second to 365 days, beyond the delay that the pipeline's event time
         * allows for. Replayed history is behind by its age.
         *
         * @default 15 minutes
         */
        public Builder watermarkLag(Duration value) {
            watermarkLag = value;
            return this;
        }

        /**
         * How old a record may get before it is processed, in percent of its stream's retention, 1 to 95: at 100 it is lost.
         *
         * @default 50
         */
        public Builder percentOfRetention(int value) {
            percentOfRetention = value;
            return this;
        }

        /** @throws IllegalArgumentException if a value cannot be: the message names it, and says what can */
        public AlarmProps build() {
            return new AlarmProps(true, actions, watermarkLag, percentOfRetention);
        }
    }
}
