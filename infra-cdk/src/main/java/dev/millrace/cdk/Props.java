package dev.millrace.cdk;

import java.time.Duration;

/** Checks of what a user has chosen. Each refuses a wrong value with an exception that says the value and what to do. */
final class Props {
    private Props() {}

    /** @throws IllegalArgumentException unless the value is in the range, both ends included */
    static int inRange(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + " is " + value + ", and must be " + least + " to " + most);
        }
        return value;
    }

    /** @throws IllegalArgumentException unless it is a whole number of seconds in the range, both ends included */
    static Duration seconds(String what, Duration value, Duration least, Duration most) {
        return inRange(what, value, least, most, Duration.ofSeconds(1), "seconds");
    }

    /** @throws IllegalArgumentException unless it is a whole number of units in the range, both ends included */
    static Duration inRange(String what, Duration value, Duration least, Duration most, Duration unit, String units) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0 || !isMultiple(value, unit)) {
            throw new IllegalArgumentException(what + " is " + value + ", and must be a whole number of " + units
                    + " from " + least.dividedBy(unit) + " to " + most.dividedBy(unit));
        }
        return value;
    }

    private static boolean isMultiple(Duration value, Duration unit) {
        return unit.multipliedBy(value.dividedBy(unit)).equals(value);
    }
}
