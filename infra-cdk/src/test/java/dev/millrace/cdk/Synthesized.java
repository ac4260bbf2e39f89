package dev.millrace.cdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.assertions.Template;

/**
 * A stack's template, for reading. Synthesized with the feature flags of cdk.json.
 *
 * @param json the whole template
 */
record Synthesized(JsonNode json) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    static App app() {
        return App.Builder.create().context(context()).build();
    }

    private static Map<String, Object> context() {
        try {
            JsonNode context = MAPPER.readTree(Path.of("cdk.json").toFile()).get("context");
            Map<String, Object> values = new LinkedHashMap<>();
            context.properties()
                    .forEach(field -> values.put(field.getKey(), MAPPER.convertValue(field.getValue(), Object.class)));
            return values;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Synthesized of(StreamPipelineProps.Builder props) {
        return of(stack -> props, (stack, pipeline) -> {});
    }

    /** A stack with a pipeline, whose props may use what lies in the same stack. */
    static Synthesized of(Function<Stack, StreamPipelineProps.Builder> props, BiConsumer<Stack, StreamPipeline> more) {
        Stack stack = new Stack(app(), "test");
        StreamPipeline pipeline =
                new StreamPipeline(stack, "Pipeline", props.apply(stack).build());
        more.accept(stack, pipeline);
        return of(stack);
    }

    static Synthesized of(Stack stack) {
        return new Synthesized(MAPPER.valueToTree(Template.fromStack(stack).toJSON()));
    }

    /** The resources of a type, by their logical ids. */
    Map<String, JsonNode> resources(String type) {
        Map<String, JsonNode> found = new LinkedHashMap<>();
        json.get("Resources").properties().forEach(field -> {
            if (field.getValue().get("Type").asText().equals(type)) {
                found.put(field.getKey(), field.getValue());
            }
        });
        return found;
    }

    /** The properties of the one resource of a type whose logical id contains a text. */
    JsonNode properties(String type, String idPart) {
        return resource(type, idPart).get("Properties");
    }

    JsonNode resource(String type, String idPart) {
        Map<String, JsonNode> found = resources(type);
        List<JsonNode> matching = found.entrySet().stream()
                .filter(entry -> entry.getKey().contains(idPart))
                .map(Map.Entry::getValue)
                .toList();
        if (matching.size() != 1) {
            throw new AssertionError("not one " + type + " but " + matching.size() + " of an id with '" + idPart
                    + "' in " + found.keySet());
        }
        return matching.get(0);
    }

    static List<String> texts(JsonNode array) {
        return array.isArray()
                ? StreamSupport.stream(array.spliterator(), false)
                        .map(JsonNode::asText)
                        .collect(Collectors.toList())
                : List.of(array.asText());
    }
}
