package dev.millrace.samples.clickstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.local.testing.AwsData;
import dev.millrace.samples.DevProcess;
import dev.millrace.samples.LambdaJar;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The jar that would be deployed, run by {@code millrace dev --packaged}: with the results of {@link ClickstreamTest}. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "AWS's runtime interface client runs on Linux only")
class PackagedClickstreamIT {
    private static final int CLICKS = 20_000;
    private static final int FEWER_CLICKS = 10_000;
    private static final int PER_REQUEST = 250;
    private static final String[] OPTIONS = {
        "--packaged", LambdaJar.ofBuild().path().toString(), "--idle-timeout", "1h", "--batch-size", "500"
    };

    @TempDir
    private Path directory;

    @Test
    void whenFunctionsRunFromTheJar_thenRowsAndDeadLettersAreThoseTheRulesForetell() throws Exception {
        List<Clicks.Put> clicks = Clicks.make(CLICKS, 1);
        try (DevProcess dev = DevProcess.start("clickstream", directory.resolve("data"), OPTIONS);
                AwsData clients = AwsData.at(dev.endpoint())) {
            for (int i = 0; i < CLICKS; i += PER_REQUEST) {
                ClickResults.put(clients, clicks.subList(i, i + PER_REQUEST));
            }
            ClickResults.assertExact(clients, CLICKS);
        }
    }

    @Test
    void whenFunctionsAreKilledInMidStream_thenNothingIsLostOrDoubled() throws Exception {
        List<Clicks.Put> clicks = Clicks.make(FEWER_CLICKS, 2);
        try (DevProcess dev = DevProcess.start("clickstream", directory.resolve("data"), OPTIONS);
                AwsData clients = AwsData.at(dev.endpoint())) {
            for (int i = 0; i < FEWER_CLICKS; i += PER_REQUEST) {
                ClickResults.put(clients, clicks.subList(i, i + PER_REQUEST));
                if (i % (FEWER_CLICKS / 4) == FEWER_CLICKS / 8) {
                    // Those of before were killed, so this waits for new ones.
                    await().until(() -> !dev.functions().isEmpty());
                    dev.killFunctions();
                }
            }
            ClickResults.assertExact(clients, FEWER_CLICKS);
        }
    }

    @Test
    void whenDevIsKilled_thenItsFunctionsEnd() throws Exception {
        try (DevProcess dev = DevProcess.start("clickstream", directory.resolve("data"), OPTIONS)) {
            await().until(() -> !dev.functions().isEmpty());
            List<ProcessHandle> functions = dev.functions();

            dev.kill();

            assertThat(functions).isNotEmpty();
            await().until(() -> functions.stream().noneMatch(ProcessHandle::isAlive));
        }
    }
}
