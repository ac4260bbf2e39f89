package dev.millrace;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives every operator its name: the one given, or one derived from its place, which is the name of its (first) input, a
 * slash, its kind, and a number where it is not the first of that kind there. So a name changes only when something
 * changes between the source, or the nearest operator with a given name, and the operator itself.
 */
final class OperatorNames {
    private OperatorNames() {}

    static List<Operator> resolve(String pipeline, List<PipelineBuilder.Node> nodes) {
        IdentityHashMap<PipelineBuilder.Node, String> names = new IdentityHashMap<>();
        Map<String, Integer> siblings = new HashMap<>();
        Set<String> taken = new HashSet<>();
        List<Operator> operators = new ArrayList<>();
        for (PipelineBuilder.Node node : nodes) {
            String place = place(node, names);
            int number = siblings.merge(place, 1, Integer::sum);
            String derived = number == 1 ? place : place + "-" + number;
            String name = node.givenName == null ? derived : node.givenName;
            if (!taken.add(name)) {
                throw new PipelineException("pipeline '" + pipeline + "' has two operators named '" + name + "'");
            }
            names.put(node, name);
            List<String> inputs = node.inputs.stream().map(names::get).toList();
            operators.add(new Operator(name, inputs, node.transform));
        }
        return operators;
    }

    private static String place(PipelineBuilder.Node node, IdentityHashMap<PipelineBuilder.Node, String> names) {
        if (node.transform instanceof Transform.To to) {
            // A sink is known by its target, wherever it stands: its outputs wait under this name.
            return sinkKind(to.sink()) + ":" + to.sink().target();
        }
        if (node.inputs.isEmpty()) {
            return node.transform.kind();
        }
        return names.get(node.inputs.get(0)) + "/" + node.transform.kind();
    }

    private static String sinkKind(Sink<?> sink) {
        if (sink instanceof Sink.Table) {
            return "table";
        }
        return sink instanceof Sink.Stream ? "stream" : "collection";
    }
}
