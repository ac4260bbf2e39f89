package dev.millrace.lambda;

import dev.millrace.driver.PartitionObserver;
import dev.millrace.sink.OutboxEmitter;
import dev.millrace.state.StateLogSettings;
import dev.millrace.time.Pause;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * What a handler takes from where it runs, beside its clients: all that would make two runs of the same events differ.
 *
 * @param clock tells the time of batches and ticks
 * @param pause waits before what a service has refused is tried again
 * @param rowWriters writes rows of tables, several at once; not shut down
 * @param logs how each partition's log is written
 * @param observer looks on
 */
public record HandlerHost(Clock clock, Pause pause, ExecutorService rowWriters, Logs logs, PartitionObserver observer) {
    /** As above, where nobody looks on. */
    public HandlerHost(Clock clock, Pause pause, ExecutorService rowWriters, Logs logs) {
        this(clock, pause, rowWriters, logs, PartitionObserver.NONE);
    }

    /** Names the writer of a log, and says how a new one is laid out. Asked once for each partition that is opened. */
    @FunctionalInterface
    public interface Logs {
        /** @param mappingId of the event source mapping that the log is written for, or null where it is not known */
        StateLogSettings settings(@Nullable String mappingId);
    }

    /** As on Lambda, but for the clock. */
    public static HandlerHost ofProcess(Clock clock) {
        return new HandlerHost(
                clock,
                duration -> Thread.sleep(duration.toMillis()),
                OutboxEmitter.rowWriters(),
                Partitions::newWriter);
    }

    public HandlerHost withObserver(PartitionObserver changed) {
        return new HandlerHost(clock, pause, rowWriters, logs, changed);
    }
}
