package dev.millrace.local.compare;

/**
 * One thing measured.
 *
 * @param aspect an {@link Aspect}'s text
 * @param mode a {@link ComparedMode}'s text
 * @param load under which load, or in which arrangement
 * @param metric what was measured
 * @param value how much
 * @param unit of the value
 */
public record Figure(String aspect, String mode, String load, String metric, double value, String unit) {
    static Figure of(Aspect aspect, ComparedMode mode, String load, String metric, double value, String unit) {
        return new Figure(aspect.toString(), mode.toString(), load, metric, rounded(value), unit);
    }

    /** To four significant digits: more would be noise. */
    static double rounded(double value) {
        if (value == 0 || Double.isNaN(value) || Double.isInfinite(value)) {
            return value;
        }
        double scale = Math.pow(10, 3 - Math.floor(Math.log10(Math.abs(value))));
        return Math.round(value * scale) / scale;
    }
}
