package dev.millrace;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline: operators that take events from one source and bring results to sinks. Immutable; data, with no threads and
 * no input or output.
 *
 * <pre>{@code
 * PipelineBuilder pipeline = Pipeline.named("clickstream").deadLetters("clicks-dead-letters");
 * pipeline.from("clicks", Codecs.json(Click.class), EventTime.extracted(Click::timestamp, Duration.ofSeconds(5)))
 *         .keyBy(Click::page)
 *         .window(Windows.tumbling(Duration.ofMinutes(1)))
 *         .aggregate(Aggregations.count())
 *         .toTable("page-views", row -> row.key("page", Result::key)
 *                 .sortKey("window_start", result -> result.window().start())
 *                 .attribute("views", Result::value));
 * return pipeline.build();
 * }</pre>
 */
public final class Pipeline {
    private final String name;
    private final ErrorPolicy errorPolicy;
    private final Optional<String> deadLetterStream;
    private final List<Operator> operators;
    private final TableRows tableRows;

    Pipeline(
            String name,
            ErrorPolicy errorPolicy,
            @Nullable String deadLetterStream,
            List<Operator> operators,
            TableRows tableRows) {
        this.name = name;
        this.errorPolicy = errorPolicy;
        this.deadLetterStream = Optional.ofNullable(deadLetterStream);
        this.operators = List.copyOf(operators);
        this.tableRows = tableRows;
    }

    /**
     * Begins a pipeline.
     *
     * @param name 1 to 100 letters, digits, {@code _ . -}; its state is stored under it
     */
    public static PipelineBuilder named(String name) {
        return new PipelineBuilder(name);
    }

    public String name() {
        return name;
    }

    public ErrorPolicy errorPolicy() {
        return errorPolicy;
    }

    /** The Kinesis stream that dead letters go to, where there is one. */
    public Optional<String> deadLetterStream() {
        return deadLetterStream;
    }

    /** All operators, each after its inputs. */
    public List<Operator> operators() {
        return operators;
    }

    /** Which rows it writes to its tables. */
    public TableRows tableRows() {
        return tableRows;
    }

    /**
     * This pipeline for history that is to go into tables which a pipeline writes that runs: all windows emit on close, so that no row
     * is of a part of a window only.
     *
     * @param rows an epoch that is larger than that of the one that runs, and of which windows to write rows
     * @throws PipelineException if it has a running aggregation, whose rows would stay as they are at the end of the history
     */
    public Pipeline backfill(TableRows rows) {
        List<Operator> onClose = operators.stream()
                .map(operator -> operator.transform() instanceof Transform.Aggregate aggregate
                        ? new Operator(operator.name(), operator.inputs(), onClose(operator.name(), aggregate))
                        : operator)
                .toList();
        return new Pipeline(name, errorPolicy, deadLetterStream.orElse(null), onClose, rows);
    }

    private Transform onClose(String operator, Transform.Aggregate aggregate) {
        if (aggregate.windows() == null) {
            throw new PipelineException("pipeline '" + name + "' cannot fill in history: operator '" + operator
                    + "' is a running aggregation, and its rows could not go on from where the history ends. Deploy a new"
                    + " version under another name, which reads the stream from its beginning, with tables of its own");
        }
        return new Transform.Aggregate(
                aggregate.windows(), aggregate.aggregation(), Emission.onClose(), aggregate.latePolicy());
    }

    /**
     * The same pipeline, none of whose groupings combines values before they are sent on: its results are the same, and what
     * combining is good for can be measured. See {@link KeyedStream#withoutCombining}.
     */
    public Pipeline withoutCombining() {
        List<Operator> plain = operators.stream()
                .map(operator -> operator.transform() instanceof Transform.KeyBy keyBy
                        ? new Operator(operator.name(), operator.inputs(), keyBy.withoutCombining())
                        : operator)
                .toList();
        return new Pipeline(name, errorPolicy, deadLetterStream.orElse(null), plain, tableRows);
    }

    /** The operator's inputs are other operators' names; this finds one. */
    public Operator operator(String operatorName) {
        return operators.stream()
                .filter(operator -> operator.name().equals(operatorName))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("pipeline '" + name + "' has no operator '" + operatorName + "'"));
    }
}
