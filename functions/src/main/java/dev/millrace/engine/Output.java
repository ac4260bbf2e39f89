package dev.millrace.engine;

/**
 * Something to emit once its entry is committed.
 *
 * @param sink the name of the sink operator, {@link #DEAD_LETTERS}, or {@link #EXCHANGE} and a stage
 * @param payload what the sink's emitter is to write, in the form that {@link SinkPayloads} gives it. Not to be changed
 *     afterwards
 */
public record Output(String sink, byte[] payload) {
    /** The sink of the pipeline's dead letters; no operator can have this name. */
    public static final String DEAD_LETTERS = "$dead-letters";

    /** What the name of the sink begins with that sends {@link Parts} to another stage; the stage's name follows. */
    public static final String EXCHANGE = "$exchange:";
}
