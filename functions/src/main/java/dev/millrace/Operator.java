package dev.millrace;

import java.util.List;

/**
 * One operator of a pipeline.
 *
 * @param name its stable name, which its state is stored under: given by the user, or derived from its place
 * @param inputs the names of the operators that it takes values from; none for the source
 * @param transform what it does
 */
public record Operator(String name, List<String> inputs, Transform transform) {
    public Operator {
        inputs = List.copyOf(inputs);
    }
}
