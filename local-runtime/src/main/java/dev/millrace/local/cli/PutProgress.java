package dev.millrace.local.cli;

import java.util.function.LongConsumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** A progress bar for a person who watches, and nothing for anyone else. */
final class PutProgress implements LongConsumer, AutoCloseable {
    private static final int WIDTH = 80;
    private static final long MEBIBYTE = 1 << 20;

    private final ProgressBar bar;

    private PutProgress(ProgressBar bar) {
        this.bar = bar;
    }

    /** @param totalBytes negative if it is not known */
    static PutProgress onTerminal(String stream, long totalBytes) {
        return new PutProgress(new ProgressBarBuilder()
                .setTaskName(stream)
                .setInitialMax(totalBytes)
                .setUnit(" MiB", MEBIBYTE)
                .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                .build());
    }

    @Override
    public void accept(long bytesRead) {
        bar.stepTo(bytesRead);
    }

    @Override
    public void close() {
        bar.close();
    }
}
