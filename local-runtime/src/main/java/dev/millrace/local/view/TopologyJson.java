package dev.millrace.local.view;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.Operator;
import dev.millrace.Sink;
import dev.millrace.Transform;
import dev.millrace.engine.Output;
import dev.millrace.plan.Exchange;
import dev.millrace.plan.Plan;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Streams, stages, and what they write to, and what goes from one to another. */
final class TopologyJson {
    private static final String STAGE = "stage:";
    private static final String STREAM = "stream:";
    private static final String DEAD_LETTERS = "dead-letters:";

    private final PipelineWatch watch;
    private final Plan plan;

    TopologyJson(PipelineWatch watch) {
        this.watch = watch;
        this.plan = watch.plan();
    }

    ObjectNode json(long nowMillis) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        Map<String, ObjectNode> nodes = new LinkedHashMap<>();
        ArrayNode edges = root.putArray("edges");
        addNode(nodes, STREAM + plan.sourceStream(), "stream", plan.sourceStream());
        for (StageWatch stage : watch.stages()) {
            addStage(nodes, edges, stage, nowMillis);
        }
        root.putArray("nodes").addAll(nodes.values());
        return root;
    }

    private void addStage(Map<String, ObjectNode> nodes, ArrayNode edges, StageWatch watched, long nowMillis) {
        String id = STAGE + watched.stage().name();
        ArrayNode operators =
                addNode(nodes, id, "stage", watched.stage().name()).putArray("operators");
        for (String name : watched.stage().operators()) {
            Operator operator = plan.pipeline().operator(name);
            ArrayNode inputs = operators
                    .addObject()
                    .put("name", name)
                    .put("kind", operator.transform().kind())
                    .putArray("inputs");
            operator.inputs().forEach(inputs::add);
        }
        if (watched.stage().readsSource()) {
            addEdge(edges, STREAM + plan.sourceStream(), id, watched.records(), watched.lagMillis(nowMillis));
        }
        for (Exchange exchange : watched.stage().exchanges()) {
            StageWatch to = watch.stages().stream()
                    .filter(other -> other.stage().name().equals(exchange.stage()))
                    .findFirst()
                    .orElseThrow();
            addEdge(
                            edges,
                            id,
                            STAGE + exchange.stage(),
                            watched.sink(Output.EXCHANGE + exchange.stage()).rate(),
                            to.lagMillis(nowMillis))
                    .put("stream", exchange.stream());
        }
        for (String name : watched.stage().operators()) {
            if (plan.pipeline().operator(name).transform() instanceof Transform.To to) {
                String target = kind(to.sink()) + ":" + to.sink().target();
                addNode(nodes, target, kind(to.sink()), to.sink().target());
                addEdge(edges, id, target, watched.sink(name).rate(), null).put("operator", name);
            }
        }
        plan.pipeline().deadLetterStream().ifPresent(stream -> {
            addNode(nodes, DEAD_LETTERS + stream, "dead-letters", stream);
            addEdge(
                    edges,
                    id,
                    DEAD_LETTERS + stream,
                    ViewJson.deadLetters(watched).rate(),
                    null);
        });
    }

    static String kind(Sink<Object> sink) {
        if (sink instanceof Sink.Table<Object>) {
            return "table";
        }
        return sink instanceof Sink.Stream<Object> ? "stream" : "collection";
    }

    private static ObjectNode addNode(Map<String, ObjectNode> nodes, String id, String kind, String name) {
        return nodes.computeIfAbsent(
                id,
                key -> JsonNodeFactory.instance
                        .objectNode()
                        .put("id", key)
                        .put("kind", kind)
                        .put("name", name));
    }

    private static ObjectNode addEdge(ArrayNode edges, String from, String to, Rate records, @Nullable Long lagMillis) {
        return edges.addObject()
                .put("from", from)
                .put("to", to)
                .put("records", (long) records.total())
                .put("records_per_second", records.perSecond())
                .put("lag_ms", lagMillis);
    }
}
