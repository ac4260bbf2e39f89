package dev.millrace.local.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFileTest {
    @Test
    void whatIsWrongWithAFile_isSaidToThePersonWhoNamedIt(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("lines"));
        Path missing = folder.resolve("missing");

        assertThatCode(() -> InputFile.requireReadable(file)).doesNotThrowAnyException();
        assertThatThrownBy(() -> InputFile.requireReadable(missing)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> InputFile.requireReadable(folder)).hasMessageContaining("directory");
        assertThat(InputFile.whyUnreadable(missing, new NoSuchFileException("")))
                .startsWith("there is no file '" + missing + "' (in /");
        assertThat(InputFile.whyUnreadable(folder, new IOException())).contains("is a directory: name a file");
        // Those who may read everything, as root may, cannot make it happen.
        assertThat(InputFile.whyUnreadable(file, new AccessDeniedException("")))
                .contains("may not be read by this user");
        assertThat(InputFile.whyUnreadable(file, new IOException("bad disk"))).contains("bad disk");
    }
}
