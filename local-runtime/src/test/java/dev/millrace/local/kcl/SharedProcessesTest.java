package dev.millrace.local.kcl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code millrace run --workers-from kcl} in several processes that share a pipeline, come and go. */
class SharedProcessesTest {
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final Visits visits = new Visits();
    private final List<Process> processes = new ArrayList<>();
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final Thread putter = new Thread(this::putAll, "visitors");

    private void putAll() {
        try {
            while (!isOver.get()) {
                visits.put(20);
                Thread.sleep(50);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Process start() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.millrace.local.cli.Main",
                        "run",
                        Visiting.class.getName(),
                        "--source",
                        "kinesis:" + Visiting.STREAM,
                        "--endpoint",
                        visits.uri().toString(),
                        "--workers-from",
                        "kcl",
                        "--failover-time",
                        "2s",
                        "--idle-timeout",
                        "2s")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        processes.add(process);
        return process;
    }

    private static void awaitReady(Process process) throws IOException {
        BufferedReader out = process.inputReader();
        assertThat(out.readLine()).startsWith("millrace ready");
    }

    @AfterEach
    void end() throws InterruptedException {
        isOver.set(true);
        putter.join();
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
        visits.close();
    }

    private void awaitOwners(int count, Set<String> before) {
        await().atMost(LONGEST).pollInterval(Duration.ofMillis(200)).untilAsserted(() -> {
            for (int stage = 0; stage < 2; stage++) {
                Set<String> owners = visits.owners(stage);
                owners.removeAll(before);
                assertThat(owners).as("of stage " + stage).hasSize(count);
            }
        });
    }

    private void awaitExpected() {
        await().atMost(LONGEST)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(visits.rows()).isEqualTo(visits.expected()));
    }

    @Test
    void whenOneJoinsAndOneIsKilled_thenEachVisitCountsOnce() throws Exception {
        Process first = start();
        Process second = start();
        awaitReady(first);
        awaitReady(second);
        putter.start();
        awaitOwners(2, Set.of());
        Set<String> two = new HashSet<>(visits.owners(0));
        two.addAll(visits.owners(1));
        await().atMost(LONGEST).until(() -> visits.counted() > 0);

        awaitReady(start());
        awaitOwners(1, two);
        first.destroyForcibly().waitFor();
        awaitOwners(2, Set.of());

        isOver.set(true);
        putter.join();
        awaitExpected();
        // Of one shard: its window closes once all others say that they are idle, which another process has to.
        visits.put(1);
        awaitExpected();
        for (Process process : processes.subList(1, 3)) {
            process.destroy();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).as("ends in time").isTrue();
            assertThat(process.exitValue()).isZero();
        }
        assertThat(visits.owners(0)).isEmpty();
    }
}
