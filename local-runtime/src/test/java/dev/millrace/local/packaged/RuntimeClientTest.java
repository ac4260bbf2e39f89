package dev.millrace.local.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuntimeClientTest {
    @ParameterizedTest
    @CsvSource({"amd64, x86_64", "x86_64, x86_64", "aarch64, aarch_64"})
    void onLinux_thereIsALibrary(String architecture, String machine) {
        assertThat(RuntimeClient.libraryName("Linux", architecture))
                .startsWith("libaws-lambda-jni.linux")
                .endsWith("-" + machine + ".so");
    }

    @ParameterizedTest
    @CsvSource({"Mac OS X, aarch64", "Windows 11, amd64", "Linux, riscv64"})
    void elsewhere_itSaysSo(String system, String architecture) {
        assertThatThrownBy(() -> RuntimeClient.libraryName(system, architecture))
                .isInstanceOf(PackagedFunctionException.class)
                .hasMessageContaining("only on Linux, x86-64 or arm64")
                .hasMessageContaining(system + " on " + architecture);
    }

    @Test
    void memoryAndTimeout_haveLambdasBounds() {
        assertThatThrownBy(
                        () -> new FunctionLimits(127, FunctionLimits.defaults().timeout()))
                .hasMessageContaining("127 MB");
        assertThatThrownBy(() ->
                        new FunctionLimits(10_241, FunctionLimits.defaults().timeout()))
                .hasMessageContaining("128 to 10240 MB");
        assertThatThrownBy(() -> new FunctionLimits(512, Duration.ofMillis(999)))
                .hasMessageContaining("999 ms");
        assertThatThrownBy(() -> new FunctionLimits(512, Duration.ofSeconds(901)))
                .hasMessageContaining("1 to 900 seconds");
    }
}
