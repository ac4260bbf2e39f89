package dev.millrace.plan;

import dev.millrace.Operator;
import dev.millrace.Transform;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Draws a plan as a Mermaid flowchart. An operator that is part of two stages is drawn in both. */
final class MermaidChart {
    private final Plan plan;
    private final StringBuilder chart = new StringBuilder("flowchart LR\n");
    /** By the stream's name. */
    private final Map<String, String> inputIds = new HashMap<>();

    private int operators;

    private MermaidChart(Plan plan) {
        this.plan = plan;
    }

    static String of(Plan plan) {
        MermaidChart drawn = new MermaidChart(plan);
        for (Stage stage : plan.stages()) {
            drawn.drawInput(stage);
        }
        for (int i = 0; i < plan.stages().size(); i++) {
            drawn.drawStage("stage" + i, plan.stages().get(i));
        }
        return drawn.chart.toString();
    }

    private void drawInput(Stage stage) {
        String id = "in" + inputIds.size();
        inputIds.put(stage.inputStream(), id);
        line(id + "[(\"stream " + escaped(stage.inputStream()) + "\")]");
    }

    private void drawStage(String stageId, Stage stage) {
        Map<String, String> ids = new HashMap<>();
        line("subgraph " + stageId + "[\"stage " + escaped(stage.name()) + "\"]");
        for (Operator operator : Topology.operators(plan, stage)) {
            String id = "op" + operators++;
            ids.put(operator.name(), id);
            line("  " + id + "[\"" + label(operator) + "\"]");
        }
        line("end");
        line(inputIds.get(stage.inputStream()) + " --> "
                + ids.get(stage.operators().get(0)));
        for (Operator operator : Topology.operators(plan, stage)) {
            drawEdges(operator, stage, ids);
        }
        plan.pipeline()
                .deadLetterStream()
                .ifPresent(stream ->
                        line(stageId + " -.-> dead_letters[(\"dead letters: stream " + escaped(stream) + "\")]"));
    }

    private void drawEdges(Operator operator, Stage stage, Map<String, String> ids) {
        String id = ids.get(operator.name());
        for (String input : operator.inputs()) {
            String from = ids.get(input);
            if (from != null) {
                line(from + " --> " + id);
            } else if (operator.transform() instanceof Transform.LateRecords) {
                // Its aggregation is in the stage that is sent to.
                line(ids.get(plan.pipeline().operator(input).inputs().get(0)) + " --> " + id);
            }
        }
        if (operator.transform() instanceof Transform.To to) {
            line(id + " --> " + id + "_out[(\"" + escaped(Topology.target(to.sink())) + "\")]");
        }
        String internal = internalStream(operator, stage);
        if (internal != null) {
            line(id + " --> " + inputIds.get(internal));
        }
    }

    /** The stream that a stage sends an operator's values to, or null if they stay. */
    private @Nullable String internalStream(Operator operator, Stage stage) {
        return stage.exchanges().stream()
                .filter(exchange ->
                        plan.stage(exchange.stage()).operators().get(0).equals(operator.name()))
                .map(Exchange::stream)
                .findFirst()
                .orElse(null);
    }

    private void line(String text) {
        chart.append("  ").append(text).append('\n');
    }

    private static String label(Operator operator) {
        String details = Topology.details(operator.transform()).entrySet().stream()
                .map(detail -> "<br/>" + escaped(detail.getKey() + " " + detail.getValue()))
                .collect(Collectors.joining());
        return "<b>" + escaped(operator.name()) + "</b><br/>"
                + operator.transform().kind() + details;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("\"", "&quot;").replace("<", "&lt;");
    }
}
