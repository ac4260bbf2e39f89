package dev.millrace.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.Emission;
import dev.millrace.EventTime;
import dev.millrace.Operator;
import dev.millrace.Sink;
import dev.millrace.Transform;
import dev.millrace.Windows;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A plan for reading: as text, as a Mermaid diagram, as JSON. The same plan always gives the same characters. */
public final class Topology {
    private final Plan plan;

    private Topology(Plan plan) {
        this.plan = plan;
    }

    public static Topology of(Plan plan) {
        return new Topology(plan);
    }

    /** For a terminal: what each stage reads and writes, and its operators, each after its inputs. Ends with a line's end. */
    public String text() {
        StringBuilder text = new StringBuilder("pipeline " + plan.pipeline().name() + "\n");
        text.append("  state table   ").append(plan.stateTable()).append('\n');
        text.append("  on error      ").append(errorPolicy()).append('\n');
        text.append("  dead letters  ")
                .append(plan.pipeline()
                        .deadLetterStream()
                        .map(name -> "stream " + name)
                        .orElse("none"))
                .append('\n');
        for (Stage stage : plan.stages()) {
            text.append("\nstage ").append(stage.name()).append('\n');
            text.append("  reads   stream ").append(stage.inputStream());
            if (!stage.readsSource()) {
                text.append(" from stage ").append(String.join(", ", stage.upstreams()));
            }
            text.append('\n');
            stage.exchanges()
                    .forEach(exchange -> text.append("  sends   stream ")
                            .append(exchange.stream())
                            .append(" to stage ")
                            .append(exchange.stage())
                            .append('\n'));
            stage.tables()
                    .forEach(table ->
                            text.append("  writes  ").append(table(table)).append('\n'));
            stage.outputStreams()
                    .forEach(stream ->
                            text.append("  writes  stream ").append(stream).append('\n'));
            text.append('\n');
            int width = operators(stage).stream()
                    .mapToInt(operator -> operator.name().length())
                    .max()
                    .orElse(0);
            for (Operator operator : operators(stage)) {
                text.append("  ")
                        .append(operator.name())
                        .append(" ".repeat(width - operator.name().length()));
                text.append("  ").append(line(operator)).append('\n');
            }
        }
        return text.toString();
    }

    private static String line(Operator operator) {
        StringBuilder line = new StringBuilder(operator.transform().kind());
        if (!operator.inputs().isEmpty()) {
            line.append(" of ").append(String.join(", ", operator.inputs()));
        }
        details(operator.transform())
                .forEach((what, value) ->
                        line.append("; ").append(what).append(' ').append(value));
        return line.toString();
    }

    private static String table(ResultTable table) {
        return "table " + table.name() + " (key " + table.key()
                + table.sortKey().map(name -> ", sort key " + name).orElse("") + ")";
    }

    /** A Mermaid flowchart, from streams through operators to tables and streams. Ends with a line's end. */
    public String mermaid() {
        return MermaidChart.of(plan);
    }

    /** One JSON object, indented. Ends with a line's end. */
    public String json() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("pipeline", plan.pipeline().name());
        root.put("state_table", plan.stateTable());
        root.put("on_error", errorPolicy());
        root.put("dead_letter_stream", plan.pipeline().deadLetterStream().orElse(null));
        ArrayNode stages = root.putArray("stages");
        for (Stage stage : plan.stages()) {
            ObjectNode node = stages.addObject();
            node.put("name", stage.name());
            node.put("input_stream", stage.inputStream());
            ArrayNode upstreams = node.putArray("upstreams");
            stage.upstreams().forEach(upstreams::add);
            ArrayNode exchanges = node.putArray("exchanges");
            stage.exchanges()
                    .forEach(exchange ->
                            exchanges.addObject().put("stage", exchange.stage()).put("stream", exchange.stream()));
            ArrayNode tables = node.putArray("tables");
            for (ResultTable table : stage.tables()) {
                tables.addObject()
                        .put("name", table.name())
                        .put("key", table.key())
                        .put("sort_key", table.sortKey().orElse(null));
            }
            ArrayNode streams = node.putArray("output_streams");
            stage.outputStreams().forEach(streams::add);
            ArrayNode permissions = node.putArray("permissions");
            stage.permissions().forEach(permission -> addJson(permissions, permission));
            ArrayNode operators = node.putArray("operators");
            operators(stage).forEach(operator -> addJson(operators, operator));
        }
        return root.toPrettyString().replace("\r\n", "\n") + "\n";
    }

    private static void addJson(ArrayNode permissions, Permission permission) {
        ObjectNode node = permissions.addObject();
        node.put("kind", permission.kind().name().toLowerCase(Locale.ROOT));
        node.put("name", permission.name());
        ArrayNode actions = node.putArray("actions");
        permission.actions().forEach(actions::add);
    }

    private static void addJson(ArrayNode operators, Operator operator) {
        ObjectNode node = operators.addObject();
        node.put("name", operator.name());
        node.put("kind", operator.transform().kind());
        ArrayNode inputs = node.putArray("inputs");
        operator.inputs().forEach(inputs::add);
        details(operator.transform()).forEach((what, value) -> node.put(what.replace(' ', '_'), value));
    }

    private List<Operator> operators(Stage stage) {
        return operators(plan, stage);
    }

    static List<Operator> operators(Plan plan, Stage stage) {
        return stage.operators().stream().map(plan.pipeline()::operator).toList();
    }

    private String errorPolicy() {
        return plan.pipeline().errorPolicy().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** What there is to say of an operator beside its kind, in order. */
    static Map<String, String> details(Transform transform) {
        Map<String, String> details = new LinkedHashMap<>();
        if (transform instanceof Transform.Source source) {
            details.put("stream", source.stream());
            details.put("event time", eventTime(source.eventTime()));
        } else if (transform instanceof Transform.KeyBy keyBy) {
            details.put("groups by", keyBy.byPartitionKey() ? "partition key" : "any key");
            if (!keyBy.byPartitionKey()) {
                details.put("sends", keyBy.combines() ? "values combined" : "values one by one");
            }
        } else if (transform instanceof Transform.Aggregate aggregate) {
            details.put("windows", windows(aggregate.windows()));
            details.put("emission", emission(aggregate.emission()));
            if (aggregate.windows() != null) {
                details.put("late records", late(aggregate.latePolicy()));
            }
        } else if (transform instanceof Transform.To to) {
            details.put("target", target(to.sink()));
        }
        return details;
    }

    private static String eventTime(EventTime<Object> eventTime) {
        if (eventTime instanceof EventTime.Extracted<Object> extracted) {
            return "extracted, at most " + extracted.outOfOrderness() + " out of order, " + extracted.maxAhead()
                    + " ahead of arrival";
        }
        return eventTime instanceof EventTime.Ingestion ? "of arrival" : "of processing";
    }

    private static String windows(@Nullable Windows windows) {
        if (windows == null) {
            return "none (running)";
        }
        String kind;
        if (windows instanceof Windows.Tumbling tumbling) {
            kind = "tumbling " + tumbling.size();
        } else if (windows instanceof Windows.Sliding sliding) {
            kind = "sliding " + sliding.size() + " every " + sliding.slide();
        } else {
            kind = "session, gap " + ((Windows.Session) windows).gap();
        }
        Duration lateness = windows.allowedLateness();
        return lateness.isZero() ? kind : kind + ", allowed lateness " + lateness;
    }

    private static String emission(Emission emission) {
        if (emission instanceof Emission.OnClose) {
            return "on close";
        }
        return emission instanceof Emission.Every every ? "every " + every.interval() : "on update";
    }

    private static String late(Transform.LatePolicy policy) {
        return switch (policy) {
            case DEAD_LETTER -> "to dead letters";
            case DROP -> "dropped";
            case SIDE_OUTPUT -> "to a side output";
        };
    }

    static String target(Sink<Object> sink) {
        if (sink instanceof Sink.Table<Object> table) {
            return table(Plan.resultTable(table));
        }
        return (sink instanceof Sink.Stream<Object> ? "stream " : "collection ") + sink.target();
    }
}
