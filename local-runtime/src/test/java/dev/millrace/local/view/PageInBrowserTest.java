package dev.millrace.local.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, Chromium without a window; skipped where that is not installed. */
class PageInBrowserTest {
    private static final String BROWSER = "chromium";
    private static final long PATIENCE_SECONDS = 60;

    @BeforeAll
    static void chromiumIsThere() throws InterruptedException {
        boolean isThere;
        try {
            Process version = new ProcessBuilder(BROWSER, "--version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            isThere = version.waitFor() == 0;
        } catch (IOException e) {
            isThere = false;
        }
        assumeThat(isThere).as("%s is installed", BROWSER).isTrue();
    }

    /** The page's document after some seconds of the browser's time. */
    private static String document(RunningVisits running, Path directory) throws IOException, InterruptedException {
        Path document = directory.resolve("document");
        Process process = new ProcessBuilder(List.of(
                        BROWSER,
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--user-data-dir=" + directory.resolve("profile"),
                        "--window-size=1280,900",
                        "--virtual-time-budget=3000",
                        "--dump-dom",
                        running.view().uri() + "/"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(document.toFile())
                .start();
        try {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            return Files.readString(document);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @Test
    void whenAPipelineRuns_thenThePageShowsIt(@TempDir Path directory) throws IOException, InterruptedException {
        try (RunningVisits running = RunningVisits.microBatch()) {
            running.put(
                    "/home,2026-11-20T10:00:01Z",
                    Visits.MARKUP + ",2026-11-20T10:00:02Z",
                    "/home,2026-11-20T10:00:03Z",
                    "no visit");
            await().atMost(Duration.ofSeconds(PATIENCE_SECONDS)).untilAsserted(() -> {
                assertThat(running.json().at("/sinks/0/rows")).hasSize(2);
                assertThat(running.json().at("/dead_letters/latest")).hasSize(1);
            });

            String document = document(running, directory);

            // The topology.
            assertThat(document)
                    .contains("<svg")
                    .containsPattern("class=\"name\">visits</text>")
                    .containsPattern("class=\"name\">by-page</text>")
                    .containsPattern("class=\"name\">page-visits</text>")
                    .containsPattern("class=\"name\">visits-dead-letters</text>")
                    .contains("stage by-page</td>");
            // A row, with its count, and that it is not final.
            assertThat(document)
                    .containsPattern(
                            "<td[^>]*>/home</td><td[^>]*>2026-11-20T10:00:00Z</td><td[^>]*>2</td><td[^>]*>false</td>");
            // A dead letter, with its reason.
            assertThat(document)
                    .contains("<td class=\"reason\">no-event-time</td>")
                    .contains(">no visit</td>");
            // What is in records is text, whatever it looks like.
            assertThat(document)
                    .contains(">&lt;img src=x onerror=document.title='run'&gt;</td>")
                    .doesNotContain("<img")
                    .contains("<title>visits · Millrace</title>");
            assertThat(document).contains("● live");
        }
    }
}
