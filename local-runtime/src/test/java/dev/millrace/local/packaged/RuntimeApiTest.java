package dev.millrace.local.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The API as a function's process uses it, over HTTP. */
class RuntimeApiTest {
    private static final String KNOWN = "request-1";

    private final RecordingSession session = new RecordingSession();
    private final RuntimeApi api = RuntimeApi.start();
    private final RuntimeApi.Port port = api.open(session);
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        port.close();
        api.close();
    }

    /** Writes down what it is told; knows one invocation. */
    private static final class RecordingSession implements RuntimeSession {
        private final AtomicBoolean isPolled = new AtomicBoolean();
        private final BlockingQueue<Poll> polls = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

        @Override
        public boolean next(Poll poll) {
            return isPolled.compareAndSet(false, true) && polls.add(poll);
        }

        @Override
        public boolean succeeded(String requestId, byte[] response) {
            told.add("response " + new String(response, StandardCharsets.UTF_8));
            return requestId.equals(KNOWN);
        }

        @Override
        public boolean failed(String requestId, String error) {
            told.add("error " + error);
            return requestId.equals(KNOWN);
        }

        @Override
        public void initializationFailed(String error) {
            told.add("init " + error);
        }
    }

    private URI uri(String path) {
        return URI.create("http://" + port.address() + "/2018-06-01/runtime/" + path);
    }

    private int post(String path, String body) throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(uri(path))
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    @Test
    void aWebPage_isRefused_whateverItCallsThisHost() throws Exception {
        HttpRequest fromPage = HttpRequest.newBuilder(uri("invocation/next"))
                .header("Origin", "http://example.com")
                .build();
        URI byAnotherName = URI.create(uri("invocation/next").toString().replace("127.0.0.1", "localhost"));

        assertThat(client.send(fromPage, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(403);
        assertThat(client.send(HttpRequest.newBuilder(byAnotherName).build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(403);
        assertThat(session.polls).isEmpty();
    }

    @Test
    void aSecondPoll_isRefused_andTheFirstWaitsOn() throws Exception {
        CompletableFuture<HttpResponse<String>> polling = client.sendAsync(
                HttpRequest.newBuilder(uri("invocation/next")).build(), HttpResponse.BodyHandlers.ofString());
        RuntimeSession.Poll poll = session.polls.poll(10, TimeUnit.SECONDS);
        assertThat(poll).isNotNull();

        int second = client.send(
                        HttpRequest.newBuilder(uri("invocation/next")).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();

        assertThat(second).isEqualTo(403);
        poll.answer(Map.of(), ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8)));
        assertThat(polling.get(10, TimeUnit.SECONDS).body()).isEqualTo("{}");
    }

    @Test
    void aPoll_isAnsweredOnceThereIsAnInvocation() throws Exception {
        CompletableFuture<HttpResponse<String>> polling = client.sendAsync(
                HttpRequest.newBuilder(uri("invocation/next")).build(), HttpResponse.BodyHandlers.ofString());
        RuntimeSession.Poll poll = session.polls.poll(10, TimeUnit.SECONDS);
        assertThat(poll).isNotNull();
        assertThat(polling).isNotDone();

        poll.answer(
                Map.of("Lambda-Runtime-Aws-Request-Id", KNOWN),
                ByteBuffer.wrap("{\"Records\":[]}".getBytes(StandardCharsets.UTF_8)));

        HttpResponse<String> answer = polling.get(10, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"Records\":[]}");
        assertThat(answer.headers().firstValue("lambda-runtime-aws-request-id")).contains(KNOWN);
    }

    @Test
    void responsesAndErrors_areTakenForTheInvocationUnderWay() throws Exception {
        assertThat(post("invocation/" + KNOWN + "/response", "{}")).isEqualTo(202);
        assertThat(post("invocation/" + KNOWN + "/error", """
                {"errorType":"java.lang.IllegalStateException","errorMessage":"no\\nluck","stackTrace":[]}""")).isEqualTo(202);
        assertThat(post("init/error", "not JSON")).isEqualTo(202);
        assertThat(post("invocation/another/response", "{}")).isEqualTo(400);

        assertThat(session.told)
                .containsExactly(
                        "response {}",
                        "error java.lang.IllegalStateException: no luck",
                        "init not JSON",
                        "response {}");
    }

    @Test
    void aResponseThatIsTooLarge_isAnError() throws Exception {
        String largest = "x".repeat(RuntimeApiHandler.MAX_RESPONSE_BYTES);

        assertThat(post("invocation/" + KNOWN + "/response", largest)).isEqualTo(202);
        assertThat(post("invocation/" + KNOWN + "/response", largest + "x")).isEqualTo(413);

        assertThat(session.told).containsExactly("response " + largest, "error the response is larger than 6 MB");
    }

    @Test
    void whatIsNotOfTheApi_isNotFound() throws Exception {
        assertThat(post("invocation/next", "")).isEqualTo(404);
        assertThat(post("invocation/" + KNOWN + "/other", "")).isEqualTo(404);
        assertThat(post("exit/error", "")).isEqualTo(404);

        assertThat(session.told).isEmpty();
        assertThat(session.polls).isEmpty();
    }
}
