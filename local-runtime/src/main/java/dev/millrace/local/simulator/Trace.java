package dev.millrace.local.simulator;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What happens, step by step: as lines for whoever wants them, and as a hash that tells whether two runs were the same. */
final class Trace {
    private final @Nullable Consumer<String> lines;
    private long hash = 17;
    private int step;

    /** @param lines takes each line, or null where nobody wants them */
    Trace(@Nullable Consumer<String> lines) {
        this.lines = lines;
    }

    void nextStep() {
        step++;
    }

    int step() {
        return step;
    }

    /** @param number whatever tells this event from others like it */
    void add(int kind, long number, Supplier<String> line) {
        hash = ((hash * 31 + step) * 31 + kind) * 0x9E3779B97F4A7C15L + number;
        if (lines != null) {
            lines.accept("step " + step + ": " + line.get());
        }
    }

    long hash() {
        return hash;
    }
}
