package dev.millrace.engine;

/**
 * Something to emit once its entry is committed.
 *
 * @param sink the name of the sink operator, or {@link #DEAD_LETTERS}
 * @param payload what the sink's emitter is to write, in the form that {@link SinkPayloads} gives it. Not to be changed
 *     afterwards
 */
public record Output(String sink, byte[] payload) {
    /** The sink of the pipeline's dead letters; no operator can have this name. */
    public static final String DEAD_LETTERS = "$dead-letters";
}
