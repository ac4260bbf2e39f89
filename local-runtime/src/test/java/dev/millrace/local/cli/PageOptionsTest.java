package dev.millrace.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --view-port} and {@code --no-view}. */
class PageOptionsTest {
    private static final String TWO_STAGES = TestPipelines.TwoStages.class.getName();

    private final CommandRun run = new CommandRun(Map.of());

    /** The address on the ready line of what runs until its end, which comes then. */
    private String page(String... args) throws Exception {
        CompletableFuture<Integer> command = CompletableFuture.supplyAsync(() -> run.execute(args));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> command.isDone() || !run.atEnd().isEmpty());
        assertThat(command).as(run.err()).isNotDone();
        String address = run.out().replaceFirst("(?s)millrace ready endpoint=\\S+ .* view=(\\S+)\\s.*", "$1");
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(address + "/api/view"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        run.atEnd().remove().run();
        assertThat(command.get(30, TimeUnit.SECONDS)).isZero();
        assertThat(run.err()).isEmpty();
        return answer.body();
    }

    @ParameterizedTest
    @ValueSource(strings = {"micro-batch", "record-at-a-time"})
    void theReadyLineNamesThePage_whichTellsTheMode(String mode) throws Exception {
        assertThat(page("dev", TWO_STAGES, "--port", "0", "--view-port", "0", "--mode", mode))
                .contains("\"pipeline\":\"two-stages\"", "\"mode\":\"" + mode + "\"");
    }

    @Test
    void aPortInUse_isNamedWithAWayOut() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            for (String command : new String[] {"dev", "run"}) {
                CommandRun one = new CommandRun(Map.of());

                assertThat(one.execute(command, TWO_STAGES, "--port", "0", "--view-port", port))
                        .isEqualTo(1);

                assertThat(one.err())
                        .startsWith("millrace " + command + ": Port " + port
                                + " on 127.0.0.1 cannot be used for the page: ")
                        .contains("choose another with --view-port", "--no-view serves no page");
                assertThat(one.out()).isEmpty();
            }
        }
    }

    @Test
    void withoutAPage_noneIsNamed() {
        assertThat(run.execute(
                        "run", TWO_STAGES, "--port", "0", "--source", "rate:1000,count=5,template=t", "--no-view"))
                .isZero();

        assertThat(run.out()).startsWith("millrace ready ").doesNotContain("view=");
    }

    @Test
    void optionsThatMakeNoSense_areWrongUsage() {
        assertThat(run.execute("dev", TWO_STAGES, "--port", "0", "--view-port", "70000"))
                .isEqualTo(2);
        assertThat(run.err()).contains("--view-port: the page's port is 70000, and must be 0 to 65535");

        CommandRun both = new CommandRun(Map.of());
        assertThat(both.execute("run", TWO_STAGES, "--port", "0", "--view-port", "0", "--no-view"))
                .isEqualTo(2);
        assertThat(both.err()).contains("--view-port and --no-view exclude each other");
    }
}
