package dev.millrace.cdk.app;

import dev.millrace.cdk.FunctionProps;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import software.amazon.awscdk.RemovalPolicy;
import software.constructs.Node;

/**
 * What {@code npx cdk} is told with {@code -c NAME=VALUE}:
 *
 * <ul>
 *   <li>{@code pipeline}: a sample's name, or the name or class of a pipeline in the jar;
 *   <li>{@code jar}: the jar for Lambda of a pipeline that is no sample;
 *   <li>{@code snapStart}: {@code on} or {@code off}; on unless given;
 *   <li>{@code removalPolicy}: {@code retain} or {@code destroy}: what becomes of streams and tables when the stack is deleted;
 *       retain unless given.
 * </ul>
 *
 * @param pipeline the pipeline's name or class
 * @param jar its jar, where it is no sample
 * @param function how its functions run
 * @param removalPolicy what becomes of its streams and tables
 */
record AppContext(String pipeline, Optional<Path> jar, FunctionProps function, RemovalPolicy removalPolicy) {
    /** @throws IllegalArgumentException if something is missing or cannot be: the message says what to give */
    static AppContext of(Node node) {
        return new AppContext(
                value(node, "pipeline")
                        .orElseThrow(
                                () -> new IllegalArgumentException(
                                        "which pipeline? Name it: npx cdk ... -c pipeline=clickstream, or -c pipeline=NAME -c jar=PATH")),
                value(node, "jar").map(Path::of),
                FunctionProps.builder()
                        .snapStart(choice(node, "snapStart", "on", "off").equals("on"))
                        .build(),
                choice(node, "removalPolicy", "retain", "destroy").equals("retain")
                        ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
                        : RemovalPolicy.DESTROY);
    }

    private static Optional<String> value(Node node, String name) {
        Optional<String> value = Optional.ofNullable(node.tryGetContext(name)).map(Object::toString);
        // A variable of a script's that is not set, most likely.
        if (value.filter(String::isBlank).isPresent()) {
            throw new IllegalArgumentException("context " + name + " is empty: give it a value, or leave it out");
        }
        return value;
    }

    /** The first choice is what goes without saying. */
    private static String choice(Node node, String name, String... choices) {
        String value = value(node, name).orElse(choices[0]);
        if (!List.of(choices).contains(value)) {
            throw new IllegalArgumentException(
                    "context " + name + " is '" + value + "', and must be " + String.join(" or ", choices));
        }
        return value;
    }
}
