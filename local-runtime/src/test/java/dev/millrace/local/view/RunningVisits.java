package dev.millrace.local.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.Pipeline;
import dev.millrace.local.dev.DevOptions;
import dev.millrace.local.dev.DevRuntime;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.runner.RunnerSettings;
import dev.millrace.local.testing.AwsData;
import dev.millrace.plan.Plan;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.Arrays;
import java.util.stream.StreamSupport;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** {@link Visits}, running in either mode with its page, and clients of both. */
record RunningVisits(LiveView view, DevRuntime runtime, AwsData data) implements AutoCloseable {
    private static final LocalEndpointOptions ENDPOINT =
            LocalEndpointOptions.defaults().withPort(0);
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    static RunningVisits microBatch() {
        LiveView view = view("micro-batch");
        return of(
                view,
                DevRuntime.start(
                        Visits.pipeline(),
                        DevOptions.defaults().withEndpoint(ENDPOINT).withObserver(view.watch())));
    }

    static RunningVisits recordAtATime() {
        LiveView view = view("record-at-a-time");
        return of(
                view,
                DevRuntime.startRecordAtATime(
                        Visits.pipeline(),
                        ENDPOINT,
                        2,
                        RunnerSettings.defaults().withObserver(view.watch())));
    }

    private static LiveView view(String mode) {
        Pipeline pipeline = Visits.pipeline();
        return LiveView.start(
                ViewOptions.atPort(0),
                Plan.of(pipeline),
                new LiveView.About(mode, "stream " + Visits.STREAM, true),
                Clock.systemUTC());
    }

    private static RunningVisits of(LiveView view, DevRuntime runtime) {
        return new RunningVisits(view, runtime, AwsData.at(runtime.endpoint()));
    }

    void put(String... visits) {
        var unused = data.put(
                Visits.STREAM,
                Arrays.stream(visits)
                        .map(visit -> PutRecordsRequestEntry.builder()
                                .partitionKey(visit)
                                .data(SdkBytes.fromUtf8String(visit))
                                .build())
                        .toList());
    }

    /** What the page is made of now. */
    JsonNode json() {
        return json(view.uri());
    }

    static JsonNode json(URI page) {
        try {
            HttpResponse<byte[]> response = CLIENT.send(
                    HttpRequest.newBuilder(page.resolve("/api/view")).build(), HttpResponse.BodyHandlers.ofByteArray());
            assertThat(response.statusCode()).isEqualTo(200);
            return MAPPER.readTree(response.body());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static JsonNode edge(JsonNode json, String from, String to) {
        return StreamSupport.stream(json.at("/topology/edges").spliterator(), false)
                .filter(edge -> edge.path("from").asText().equals(from)
                        && edge.path("to").asText().equals(to))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        data.close();
        runtime.close();
        view.close();
    }
}
