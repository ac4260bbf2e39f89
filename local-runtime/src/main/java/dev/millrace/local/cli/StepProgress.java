package dev.millrace.local.cli;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** A progress bar for a person who watches, where there are steps that have names; and nothing for anyone else. */
final class StepProgress implements AutoCloseable {
    private static final int WIDTH = 100;

    private final boolean isTerminal;
    private @Nullable ProgressBar bar;

    private StepProgress(boolean isTerminal) {
        this.isTerminal = isTerminal;
    }

    /** @param isTerminal whether anybody watches */
    static StepProgress of(boolean isTerminal) {
        return new StepProgress(isTerminal);
    }

    void at(int done, int all, String what) {
        if (!isTerminal) {
            return;
        }
        ProgressBar shown = bar;
        if (shown == null) {
            shown = new ProgressBarBuilder()
                    .setTaskName("compare")
                    .setInitialMax(all)
                    .setUnit(" steps", 1)
                    .hideEta()
                    .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                    .build();
            bar = shown;
        }
        shown.setExtraMessage(" " + what);
        shown.stepTo(done);
    }

    @Override
    public void close() {
        ProgressBar shown = bar;
        if (shown != null) {
            shown.close();
        }
    }
}
