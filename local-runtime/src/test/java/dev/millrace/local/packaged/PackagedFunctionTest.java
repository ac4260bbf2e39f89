package dev.millrace.local.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import dev.millrace.driver.PartitionSettings;
import dev.millrace.engine.Limits;
import dev.millrace.lambda.HandlerSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Processes that cannot begin; the samples' tests have those that can. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "AWS's runtime interface client runs on Linux only")
class PackagedFunctionTest {
    private static final HandlerSettings SETTINGS = new HandlerSettings(
            Optional.empty(),
            Optional.empty(),
            new PartitionSettings("m", true, Duration.ofSeconds(1), Limits.DEFAULT));

    @Test
    void whenItCannotBegin_thenThatIsAFunctionErrorEachTime_andNoProcessIsLeft(@TempDir Path directory)
            throws Exception {
        Path jar = Jars.write(directory.resolve("broken.jar"), Map.of(Jars.HANDLER, "no class"));
        PackagedCode code = PackagedCode.of(PackagedJar.open(jar), "com.example.Clicks", FunctionLimits.defaults());
        List<String> lines = new CopyOnWriteArrayList<>();
        try (PackagedFunctions functions = PackagedFunctions.start(code, URI.create("http://127.0.0.1:1"), lines::add);
                PackagedFunction function = functions.function("count", SETTINGS)) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> function.handle(new KinesisEvent()))
                        .isInstanceOf(FunctionErrorException.class)
                        .hasMessageStartingWith("count cannot begin: ")
                        .hasMessageContaining("KinesisHandler");
            }
            await().until(() -> function.pids().isEmpty());
        }
        assertThat(lines).isNotEmpty().allMatch(line -> line.startsWith("[count] "));
    }

    @Test
    void whenProcessesCannotBegin_thenTheWaitGrowsUpToFiveSeconds() {
        StartBackoff backoff = new StartBackoff();
        assertThat(backoff.waitBeforeStart()).isZero();
        backoff.failed();
        assertThat(backoff.waitBeforeStart()).isEqualTo(Duration.ofMillis(500));
        for (int i = 0; i < 100; i++) {
            backoff.failed();
        }
        assertThat(backoff.waitBeforeStart()).isEqualTo(Duration.ofSeconds(5));
        backoff.succeeded();
        assertThat(backoff.waitBeforeStart()).isZero();
    }
}
