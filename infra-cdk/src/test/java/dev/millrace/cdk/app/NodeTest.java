package dev.millrace.cdk.app;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class NodeTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void whereThereIsNoneTheErrorSaysWhatToInstall() {
        assertThatThrownBy(() -> Node.require(folder.resolve("node").toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("CDK needs Node.js 20 or newer, and there is no ")
                .hasMessageEndingWith(" on the PATH: install it");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a shell script stands for an older Node.js")
    void anOlderOneIsRefused() throws IOException {
        assertThatThrownBy(() -> Node.require(answering("v18.20.4")))
                .hasMessageContaining("is 'v18.20.4': install a newer one");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a shell script stands for a newer Node.js")
    void aNewOneIsAccepted() throws IOException {
        assertThatCode(() -> Node.require(answering("v24.1.0"))).doesNotThrowAnyException();
    }

    private String answering(String version) throws IOException {
        Path script = Files.writeString(folder.resolve("node"), "#!/bin/sh\necho " + version + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script.toString();
    }
}
