package dev.millrace.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Takes lines in the embedded metric format, and holds each to what its specification asks.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">
 *     Specification: Embedded metric format</a>
 */
public final class EmbeddedMetricLines implements Consumer<String> {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_NAME_CHARS = 1024;
    private static final Set<String> UNITS = Set.of("Count", "Milliseconds", "Percent", "Bytes");

    private final List<JsonNode> lines = new ArrayList<>();

    @Override
    public void accept(String line) {
        lines.add(checked(line));
    }

    /** The lines since this was last asked for. */
    public List<JsonNode> take() {
        List<JsonNode> taken = List.copyOf(lines);
        lines.clear();
        return taken;
    }

    /** The line, parsed, if it keeps to the format. */
    public static JsonNode checked(String line) {
        assertThat(line.getBytes(StandardCharsets.UTF_8).length).isLessThan(MAX_BYTES);
        assertThat(line).doesNotContain("\n", "\r");
        JsonNode root;
        try {
            root = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + line, e);
        }
        assertThat(root.isObject()).isTrue();
        JsonNode metadata = root.path("_aws");
        assertThat(metadata.path("Timestamp").isIntegralNumber()).isTrue();
        assertThat(metadata.path("Timestamp").asLong()).as("in milliseconds").isGreaterThan(100_000_000_000L);
        assertThat(metadata.path("CloudWatchMetrics").isArray()).isTrue();
        metadata.path("CloudWatchMetrics").forEach(directive -> checkDirective(root, directive));
        return root;
    }

    private static void checkDirective(JsonNode root, JsonNode directive) {
        assertThat(directive.path("Namespace").asText()).isNotEmpty().hasSizeLessThanOrEqualTo(MAX_NAME_CHARS);
        assertThat(directive.path("Dimensions").size()).isPositive();
        for (JsonNode set : directive.path("Dimensions")) {
            assertThat(set.isArray()).isTrue();
            assertThat(set.size()).isBetween(0, 30);
            for (JsonNode name : set) {
                JsonNode value = root.path(name.asText());
                assertThat(value.isTextual()).as("dimension " + name).isTrue();
                assertThat(value.asText()).isNotBlank().hasSizeLessThanOrEqualTo(MAX_NAME_CHARS);
            }
        }
        assertThat(directive.path("Metrics").size()).isBetween(1, 100);
        Set<String> names = new HashSet<>();
        for (JsonNode metric : directive.path("Metrics")) {
            String name = metric.path("Name").asText();
            assertThat(names.add(name)).as(name + " once").isTrue();
            assertThat(name).isNotEmpty().hasSizeLessThanOrEqualTo(MAX_NAME_CHARS);
            assertThat(UNITS).contains(metric.path("Unit").asText());
            JsonNode value = root.path(name);
            if (value.isArray()) {
                assertThat(value.size()).isBetween(1, 100);
                value.forEach(each -> assertThat(each.isNumber()).isTrue());
            } else {
                assertThat(value.isNumber()).as(name + " has a number").isTrue();
            }
        }
    }
}
