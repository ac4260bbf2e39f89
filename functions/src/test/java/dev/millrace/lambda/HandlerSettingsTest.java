package dev.millrace.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.driver.PartitionSettings;
import dev.millrace.engine.Limits;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandlerSettingsTest {
    @Test
    void withoutVariables_everyOutboxIsEmittedAgain() {
        HandlerSettings settings = HandlerSettings.of(Map.of());

        assertThat(settings.stateTable()).isEmpty();
        assertThat(settings.partition().mappingId()).isNull();
        assertThat(settings.partition().retriesForever()).isFalse();
        assertThat(settings.partition().idleTimeout()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void settings_areWhatTheirEnvironmentSays() {
        HandlerSettings settings = new HandlerSettings(
                Optional.of("count"),
                Optional.of("a-table"),
                new PartitionSettings("mapping-1", true, Duration.ofMillis(1_500), Limits.DEFAULT));

        assertThat(HandlerSettings.of(settings.environment("com.example.Clicks")))
                .isEqualTo(settings);
        assertThat(HandlerSettings.pipelineClass(settings.environment("com.example.Clicks")))
                .isEqualTo("com.example.Clicks");
    }

    @Test
    void whenAMappingGivesUpRecords_thenItsIdIsNotInTheEnvironment() {
        HandlerSettings settings = new HandlerSettings(
                Optional.empty(),
                Optional.empty(),
                new PartitionSettings("mapping-1", false, Duration.ZERO, Limits.DEFAULT));

        assertThat(settings.environment("com.example.Clicks"))
                .containsOnlyKeys("MILLRACE_PIPELINE", "MILLRACE_IDLE_TIMEOUT");
    }

    @Test
    void blankVariables_areAsIfNotSet() {
        assertThat(HandlerSettings.of(
                        Map.of("MILLRACE_STATE_TABLE", "", "MILLRACE_MAPPING_ID", " ", "MILLRACE_IDLE_TIMEOUT", "")))
                .isEqualTo(HandlerSettings.of(Map.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "10s", "PT", "-PT10S", "PT99999999999H"})
    void anIdleTimeoutThatIsNone_isNamedWithItsVariable(String value) {
        assertThatThrownBy(() -> HandlerSettings.of(Map.of("MILLRACE_IDLE_TIMEOUT", value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MILLRACE_IDLE_TIMEOUT")
                .hasMessageContaining("'" + value + "'");
    }

    @Test
    void withoutAPipeline_theVariableIsNamed() {
        assertThatThrownBy(() -> HandlerSettings.pipelineClass(Map.of("MILLRACE_PIPELINE", " ")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MILLRACE_PIPELINE");
        assertThat(HandlerSettings.pipelineClass(Map.of("MILLRACE_PIPELINE", "com.example.Clicks")))
                .isEqualTo("com.example.Clicks");
    }
}
