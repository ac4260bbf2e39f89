package dev.millrace.state;

/** One output does not fit an item of its own (L4). Nothing was written. */
public final class OutputTooLargeException extends StateLogException {
    private final String sink;

    OutputTooLargeException(LogName name, String sink, long bytes, long limit) {
        super("an output of " + name + " to sink '" + sink + "' takes " + bytes
                + " bytes compressed, more than the limit of " + limit + ". Make the sink's records smaller");
        this.sink = sink;
    }

    /** The sink that the output is meant for. */
    public String sink() {
        return sink;
    }
}
