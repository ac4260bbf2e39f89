package dev.millrace.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.Aggregations;
import dev.millrace.EventTime;
import dev.millrace.KeyedStream;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.PipelineDefinition;
import dev.millrace.Result;
import dev.millrace.Windows;
import dev.millrace.codec.Codecs;
import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline that has changed, on the state of what it was. */
class RunAfterChangesTest {
    private static final String BEFORE = TestPipelines.TwoStages.class.getName();

    @TempDir
    private Path directory;

    private Path file = Path.of("");
    private int exitCode;

    private static KeyedStream<String, String> byText(PipelineBuilder pipeline, String stream) {
        return pipeline.from(stream, Codecs.string(), EventTime.ingestion())
                .keyBy(text -> text)
                .named("by-text");
    }

    /** As it was, but for the operator's name. */
    public static final class Renamed implements PipelineDefinition {
        @Override
        public Pipeline define() {
            PipelineBuilder pipeline = Pipeline.named("two-stages");
            byText(pipeline, "texts")
                    .aggregate(Aggregations.count())
                    .named("totals")
                    .toTable("text-counts", row -> row.key("text", Result::key).attribute("count", Result::value));
            return pipeline.build();
        }
    }

    /** Has another operator of the same name. */
    public static final class Windowed implements PipelineDefinition {
        @Override
        public Pipeline define() {
            PipelineBuilder pipeline = Pipeline.named("two-stages");
            byText(pipeline, "texts")
                    .window(Windows.tumbling(Duration.ofMinutes(1)))
                    .aggregate(Aggregations.count())
                    .named("counts")
                    .toTable("text-counts", row -> row.key("text", Result::key).attribute("count", Result::value));
            return pipeline.build();
        }
    }

    @BeforeEach
    void begin() throws IOException {
        file = Files.writeString(directory.resolve("texts.txt"), "a\nb\na\n");
    }

    private CommandRun run(String pipeline) {
        CommandRun run = new CommandRun(Map.of());
        exitCode = run.execute(
                "run",
                pipeline,
                "--port=0",
                "--source=file:" + file,
                "--data-dir=" + directory.resolve("data"),
                "--print-results");
        return run;
    }

    private void append(String text) throws IOException {
        Files.writeString(file, text + "\n", StandardOpenOption.APPEND);
    }

    private static String row(int count, String text) {
        return "{\"table\":\"text-counts\",\"row\":{\"count\":" + count + ",\"text\":\"" + text + "\"}}";
    }

    @Test
    void whenAnOperatorOfItsNameIsAnother_thenTheStateIsRefused_andTheOldOneGoesOn() throws IOException {
        assertThat(run(BEFORE).out()).contains(row(2, "a"));
        append("a");

        CommandRun refused = run(Windowed.class.getName());

        assertThat(exitCode).isEqualTo(1);
        assertThat(refused.err())
                .startsWith("millrace run: the state of stage 'source' is of a pipeline 'two-stages' (fingerprint ")
                .contains("which is not this pipeline 'two-stages' (fingerprint ")
                .contains(
                        "operator 'counts' is 'running count by string' there, and 'tumbling PT1M count by string' here");
        assertThat(run(BEFORE).out()).contains(row(3, "a"));
    }

    @Test
    void whenAnOperatorIsRenamed_andBack_thenItsStateWaitsForIt() throws IOException {
        run(BEFORE);
        append("a");

        assertThat(run(Renamed.class.getName()).out()).contains(row(1, "a"));
        List<JsonNode> shards = state(Renamed.class.getName());
        assertThat(shards)
                .extracting(shard -> shard.path("operators").toString())
                .anyMatch(text -> text.contains("\"operator\":\"counts\"") && text.contains("\"in_pipeline\":false"))
                .anyMatch(text -> text.contains("\"operator\":\"totals\"") && text.contains("\"in_pipeline\":true"));
        append("a");

        assertThat(run(BEFORE).out()).contains(row(3, "a"), row(1, "b"));
    }

    /** What {@code millrace state} shows of the shards of the stage that counts. */
    private List<JsonNode> state(String pipeline) throws IOException {
        try (LocalEndpoint endpoint = LocalEndpoint.start(
                LocalEndpointOptions.defaults().withPort(0).withDataDirectory(directory.resolve("data")))) {
            Map<String, String> environment =
                    Map.of("AWS_ENDPOINT_URL", endpoint.uri().toString());
            CommandRun text = new CommandRun(environment);
            text.execute("state", pipeline);
            assertThat(text.out())
                    .contains("; the pipeline has no operator of this name, so nothing comes of it")
                    .contains("of          a pipeline of fingerprint ");
            CommandRun json = new CommandRun(environment);
            json.execute("state", pipeline, "--json");
            return new ObjectMapper()
                    .readTree(json.out())
                    .path("shards")
                    .valueStream()
                    .filter(shard -> shard.path("stage").asText().equals("by-text"))
                    .toList();
        }
    }
}
