package dev.millrace.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.local.dev.DevOptions;
import dev.millrace.local.dev.DevRuntime;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** {@code millrace state} of a pipeline of two stages that runs. */
class StagesStateTest {
    private final DevRuntime runtime = DevRuntime.start(
            new TestPipelines.TwoStages().define(),
            DevOptions.defaults()
                    .withEndpoint(LocalEndpointOptions.defaults().withPort(0))
                    .withShards(2));

    private final String endpoint = runtime.endpoint().toString();

    @AfterEach
    void close() {
        runtime.close();
    }

    private String state(String... options) {
        CommandRun run = new CommandRun(Map.of("AWS_ENDPOINT_URL", endpoint));
        List<String> args = new ArrayList<>(List.of("state", TestPipelines.TwoStages.class.getName()));
        args.addAll(List.of(options));
        run.execute(args.toArray(new String[0]));
        return run.out() + run.err();
    }

    private void put(String text, String... partitionKeys) {
        try (KinesisClient kinesis = KinesisEndpoint.of(endpoint, Map.of()).client()) {
            for (String key : partitionKeys) {
                kinesis.putRecord(
                        request -> request.streamName("texts").partitionKey(key).data(SdkBytes.fromUtf8String(text)));
            }
        }
    }

    @Test
    void whenValuesAreGroupedAnew_thenTheirStateIsShownInTheirOwnStage() throws IOException {
        put("home", "a", "b", "c", "d");

        await().until(() -> state("--key", "home").contains("counts 'home' 4\n"));
        String text = state();
        assertThat(text)
                .startsWith("pipeline two-stages, state table two-stages-state\n\nstage source, stream texts\n\nshard ")
                .contains("\nstage by-text, stream two-stages-by-text\n\nshard ");
        assertThat(text.substring(text.indexOf("stage by-text"))).contains("counts: keys 1, cells 1");
        assertThat(text.substring(0, text.indexOf("stage by-text"))).doesNotContain("counts: keys");
        JsonNode shards = new ObjectMapper().readTree(state("--json")).path("shards");
        List<String> stages = new ArrayList<>();
        shards.forEach(shard -> stages.add(shard.path("stage").asText()));
        assertThat(stages).containsExactly("source", "source", "by-text", "by-text");
    }

    @Test
    void whenAStagesStreamIsGone_thenItIsNamed() {
        try (KinesisClient kinesis = KinesisEndpoint.of(endpoint, Map.of()).client()) {
            kinesis.deleteStream(request -> request.streamName("two-stages-by-text"));
        }

        await().untilAsserted(() -> assertThat(state())
                .contains("there is no stream 'two-stages-by-text', which stage 'by-text' of the pipeline reads"));
    }
}
