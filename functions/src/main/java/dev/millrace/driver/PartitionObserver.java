package dev.millrace.driver;

import dev.millrace.sink.Emitter;
import dev.millrace.state.LogName;
import dev.millrace.state.StateLog;
import dev.millrace.state.StateLogStore;

/**
 * Looks on while partitions are driven, for whoever shows a pipeline that runs. Called by several threads, in the middle of
 * their work: it must be quick, wait for nothing, and throw nothing.
 */
public interface PartitionObserver {
    /** Sees nothing. */
    PartitionObserver NONE = new PartitionObserver() {};

    /**
     * A batch or a tick was taken, or not; called by whoever has the partition at that time, who alone may use the rest.
     *
     * @param store of this partition alone
     */
    default void used(LogName name, PartitionDriver driver, StateLog log, StateLogStore store) {}

    /**
     * What is to send to another stage of the same process in place of {@code emitter}, which returns once that stage has committed what
     * was sent: it, and something that sees what it does.
     */
    default Emitter exchange(String stage, Emitter emitter) {
        return emitter;
    }

    /** What is to emit outboxes in place of {@code emitter}: it, and something that sees what it does. */
    default Emitter emitter(Emitter emitter) {
        return emitter;
    }
}
