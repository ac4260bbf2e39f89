package dev.millrace.local.cli;

import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** A progress bar for a person who watches: how much is done, how many records that were and how fast, and the time left. */
final class ReplayProgress implements AutoCloseable {
    private static final int WIDTH = 100;

    private final @Nullable ProgressBar bar;

    private ReplayProgress(@Nullable ProgressBar bar) {
        this.bar = bar;
    }

    /** @param isTerminal whether anybody watches */
    static ReplayProgress of(boolean isTerminal, String what, String unit, long total) {
        if (!isTerminal) {
            return new ReplayProgress(null);
        }
        return new ReplayProgress(new ProgressBarBuilder()
                .setTaskName(what)
                .setInitialMax(total)
                .setUnit(" " + unit, 1)
                .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                .build());
    }

    void at(long done, long records) {
        ProgressBar shown = bar;
        if (shown != null) {
            double seconds = Math.max(0.001, shown.getTotalElapsed().toMillis() / 1000.0);
            shown.stepTo(Math.min(done, shown.getMax()));
            shown.setExtraMessage(String.format(Locale.ROOT, " %,d records, %,.0f/s", records, records / seconds));
        }
    }

    @Override
    public void close() {
        ProgressBar shown = bar;
        if (shown != null) {
            shown.close();
        }
    }
}
