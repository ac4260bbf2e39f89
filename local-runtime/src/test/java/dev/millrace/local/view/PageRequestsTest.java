package dev.millrace.local.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.plan.Plan;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets what from the page's server. */
class PageRequestsTest {
    private LiveView view = start(ViewOptions.atPort(0));

    private static LiveView start(ViewOptions options) {
        return LiveView.start(
                options,
                Plan.of(Visits.pipeline()),
                new LiveView.About("micro-batch", "stream visits", true),
                Clock.systemUTC());
    }

    @BeforeEach
    void itIsHere() {
        assertThat(view.uri().getHost()).isEqualTo("127.0.0.1");
    }

    @AfterEach
    void close() {
        view.close();
    }

    /** The whole answer, as it came. */
    private String ask(String line, String... headers) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), view.uri().getPort())) {
            String request = line + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.1:4580", "localhost", "localhost:8080"})
    void whenThisMachineIsAskedForByItsName_thenItAnswers(String host) throws IOException {
        assertThat(ask("GET /api/view", "Host: " + host))
                .startsWith("HTTP/1.1 200 ")
                .contains("\"pipeline\":\"visits\"");
        assertThat(ask("GET /", "Host: " + host)).startsWith("HTTP/1.1 200 ").contains("<!doctype html>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rebound.example",
                "rebound.example:4580",
                "127.0.0.1.rebound.example",
                "localhost.example:80",
                "192.168.0.1"
            })
    void whenItComesByAnotherName_thenItIsRefused(String host) throws IOException {
        for (String path : List.of("/", "/api/view", "/view.js")) {
            assertThat(ask("GET " + path, "Host: " + host))
                    .startsWith("HTTP/1.1 403 ")
                    .doesNotContain("visits");
        }
    }

    @Test
    void whenAPageOfAnotherOriginAsks_thenItIsToldNothingThatItMayRead() throws IOException {
        assertThat(ask("GET /api/view", "Host: localhost", "Origin: http://other.example"))
                .containsIgnoringCase("Cross-Origin-Resource-Policy: same-origin")
                .doesNotContainIgnoringCase("Access-Control");
        assertThat(ask("OPTIONS /api/view", "Host: localhost", "Origin: http://other.example"))
                .startsWith("HTTP/1.1 405 ")
                .doesNotContainIgnoringCase("Access-Control");
    }

    @Test
    void itsFilesRunNoScriptButTheirOwn() throws IOException {
        for (String path : List.of("/", "/view.js", "/topology.js", "/view.css", "/icon.svg", "/api/view")) {
            assertThat(ask("GET " + path, "Host: localhost"))
                    .startsWith("HTTP/1.1 200 ")
                    .contains("default-src 'none'; script-src 'self'")
                    .contains("frame-ancestors 'none'")
                    .containsIgnoringCase("X-Content-Type-Options: nosniff");
        }
    }

    @Test
    void whatIsNotThere_isNotFound() throws IOException {
        for (String path : List.of("/other", "/view.js/../secret", "/../../pom.xml", "/PipelineWatch.class", "/api/")) {
            assertThat(ask("GET " + path, "Host: localhost")).containsPattern("^HTTP/1.1 40[04] ");
        }
        assertThat(ask("POST /api/view", "Host: localhost", "Content-Length: 0"))
                .startsWith("HTTP/1.1 405 ");
    }

    @Test
    void whenAPortIsInUse_thenWhoAskedForItIsToldWhatToDo() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> start(ViewOptions.atPort(taken.getLocalPort())))
                    .isInstanceOf(ViewException.class)
                    .hasMessageContaining("Port " + taken.getLocalPort() + " on 127.0.0.1 cannot be used for the page")
                    .hasMessageContaining("--view-port 0 picks a free one")
                    .hasMessageContaining("--no-view");
        }
    }

    @Test
    void whenTheUsualPortIsInUse_thenAFreeOneIsTaken() {
        try (LiveView second = start(new ViewOptions(view.uri().getPort(), false))) {
            assertThat(second.uri()).isNotEqualTo(view.uri());
            assertThat(RunningVisits.json(second.uri()).path("pipeline").asText())
                    .isEqualTo("visits");
        }
    }

    @Test
    void whenBrowsersDoNotReadWhatTheyAskedFor_thenOthersAreAnswered() throws IOException {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                Socket socket =
                        new Socket(InetAddress.getLoopbackAddress(), view.uri().getPort());
                slow.add(socket);
                String requests = "GET /api/view HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(500) + "GET /api/vi";
                socket.getOutputStream().write(requests.getBytes(StandardCharsets.UTF_8));
            }
            assertThat(RunningVisits.json(view.uri()).path("pipeline").asText()).isEqualTo("visits");
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }
}
