package dev.millrace.local.runner;

/** A stage behind a {@code keyBy}, with what runs it. */
interface RunnerStage extends StraightEmitter.Receiver {
    void start();

    /** Has nothing be done any more because time passes. */
    void quiet();

    /** Returns once nothing is left uncommitted of what was sent before. */
    void settle();

    /**
     * Ends the threads; those that send must have ended before.
     *
     * @return whether they have ended in time
     */
    boolean stop(long deadlineNanos) throws InterruptedException;
}
