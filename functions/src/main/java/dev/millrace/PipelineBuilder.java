package dev.millrace;

import dev.millrace.codec.Codec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes a pipeline; begun by {@link Pipeline#named}. Not safe for use by several threads. */
public final class PipelineBuilder {
    /** What Kinesis and DynamoDB both take, short enough for names derived from it. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,100}");

    private final String name;
    private final List<Node> nodes = new ArrayList<>();
    private ErrorPolicy errorPolicy = ErrorPolicy.FAIL;
    private @Nullable String deadLetterStream;
    private TableRows tableRows = TableRows.ALL;

    PipelineBuilder(String name) {
        this.name = checked("pipeline", name);
    }

    /**
     * Sends records that cannot be processed, and late ones, to a Kinesis stream, with the reason and the position: sets
     * the error policy {@link ErrorPolicy#DEAD_LETTER}. Must come before {@link #from}.
     */
    public PipelineBuilder deadLetters(String stream) {
        beforeSource("deadLetters");
        deadLetterStream = checked("stream", stream);
        errorPolicy = ErrorPolicy.DEAD_LETTER;
        return this;
    }

    /** What happens to records that cannot be processed: {@link ErrorPolicy#FAIL} unless said otherwise. */
    public PipelineBuilder onError(ErrorPolicy policy) {
        errorPolicy = policy;
        return this;
    }

    /**
     * Lets the pipeline's rows replace those of other pipelines in the same tables whose epoch is smaller, and never be replaced
     * by those. Belongs to the pipeline's state: once it has some, only another name can have another epoch.
     *
     * @param epoch 1, the default, to a million
     */
    public PipelineBuilder epoch(long epoch) {
        tableRows = new TableRows(epoch, tableRows.from(), tableRows.until());
        return this;
    }

    /**
     * Leaves out the rows of windows that begin before a time, in all tables: another pipeline's stay there. May be changed, and
     * left out again, from one deployment to the next.
     */
    public PipelineBuilder rowsFrom(Instant start) {
        tableRows = new TableRows(tableRows.epoch(), start, tableRows.until());
        return this;
    }

    /**
     * The pipeline's source; it has just one.
     *
     * @param stream a Kinesis stream
     * @param codec decodes its records
     * @param eventTime which time a record has
     */
    @SuppressWarnings("unchecked")
    public <T> EventStream<T> from(String stream, Codec<T> codec, EventTime<? super T> eventTime) {
        beforeSource("from");
        Transform source = new Transform.Source(
                checked("stream", stream), (Codec<Object>) codec, (EventTime<Object>) (EventTime<?>) eventTime);
        return new EventStream<>(this, add(source, List.of()));
    }

    /**
     * The pipeline.
     *
     * @throws PipelineException if it cannot be: the message says why
     */
    public Pipeline build() {
        if (errorPolicy == ErrorPolicy.DEAD_LETTER && deadLetterStream == null) {
            throw new PipelineException("pipeline '" + name
                    + "' sends errors to dead letters, and names no stream for them: call deadLetters(stream)");
        }
        return new Pipeline(name, errorPolicy, deadLetterStream, OperatorNames.resolve(name, nodes), tableRows);
    }

    boolean hasDeadLetters() {
        return deadLetterStream != null;
    }

    Node add(Transform transform, List<Node> inputs) {
        Node node = new Node(transform, inputs);
        nodes.add(node);
        return node;
    }

    void name(Node node, String operatorName) {
        node.givenName = checked("operator", operatorName);
    }

    private void beforeSource(String method) {
        if (!nodes.isEmpty()) {
            throw new PipelineException("pipeline '" + name + "' has its source already: " + method
                    + " must come before it, and there is one source; merge joins branches of it");
        }
    }

    static String checked(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new PipelineException(
                    "'" + name + "' cannot name a " + what + ": use 1 to 100 letters, digits, or _ . -");
        }
        return name;
    }

    /** An operator in the making. */
    static final class Node {
        final List<Node> inputs;
        Transform transform;

        @Nullable
        String givenName;

        private Node(Transform transform, List<Node> inputs) {
            this.transform = transform;
            this.inputs = List.copyOf(inputs);
        }
    }
}
