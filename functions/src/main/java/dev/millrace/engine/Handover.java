package dev.millrace.engine;

/** The way to the partitions of another stage in the same process. */
public interface Handover {
    /** How many partitions it has, at least one. */
    int receivers();

    /** Which of them a key belongs to, by its encoded form: 0 or more, and below {@link #receivers}. */
    int receiverOf(byte[] key);

    /**
     * Takes what a partition is handed, in the order of calls.
     *
     * @param receiver as {@link #receiverOf}
     */
    void give(int receiver, Handed handed);
}
