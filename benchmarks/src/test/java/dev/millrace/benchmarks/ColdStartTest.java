package dev.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(value = OS.LINUX, disabledReason = "AWS's runtime interface client runs on Linux only")
class ColdStartTest {
    private static final Path JAR = Path.of("../samples/clickstream/target/millrace-sample-clickstream-lambda.jar");

    @Test
    void bothHandlers_startAndAnswer_andWhatTheyLoadIsCounted() throws Exception {
        assumeThat(JAR).as("the sample's jar, which mvn package makes").exists();

        Map<String, ColdStart.Cost> medians = ColdStart.measure(JAR, 0, 1);

        assertThat(medians).containsOnlyKeys("packaged", "bare");
        assertThat(medians.values()).allSatisfy(cost -> {
            assertThat(cost.millis()).isPositive();
            assertThat(cost.cpuMillis()).isPositive();
            assertThat(cost.classes()).isBetween(2_000.0, 20_000.0);
            assertThat(cost.heapBytes()).isBetween(1e6, 200e6);
        });
    }
}
