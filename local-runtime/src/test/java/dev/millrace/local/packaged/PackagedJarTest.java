package dev.millrace.local.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Pipeline;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackagedJarTest {
    @TempDir
    private Path directory;

    private static void refused(Path path, String why) {
        assertThatThrownBy(() -> PackagedJar.open(path))
                .isInstanceOf(PackagedFunctionException.class)
                .hasMessageContaining("'" + path + "'")
                .hasMessageContaining(why);
    }

    @Test
    void whatIsNoJarForLambda_isRefusedWithTheReason() throws IOException {
        refused(directory.resolve("missing.jar"), "there is no");
        refused(directory, "is not a file");
        refused(Files.writeString(directory.resolve("a.txt"), "some text"), "is not a jar");
        refused(
                Jars.write(directory.resolve("plain.jar"), Map.of("A.class", "")),
                "does not have dev.millrace.lambda.KinesisHandler");
    }

    @Test
    void whatAJarLists_areItsPipelines() throws IOException {
        Path listing = Jars.write(
                directory.resolve("a.jar"),
                Map.of(Jars.HANDLER, "", PackagedJar.SERVICES, "# ours\ncom.example.A # first\n\n com.example.B\n"));
        Path other = Jars.write(directory.resolve("b.jar"), Map.of(Jars.HANDLER, ""));

        assertThat(PackagedJar.open(listing).pipelineClasses()).containsExactly("com.example.A", "com.example.B");
        assertThat(PackagedJar.open(other).pipelineClasses()).isEmpty();
    }

    @Test
    void classes_areTheJars_butForMillracesOwn() throws Exception {
        String user = "dev/millrace/local/packaged/PackagedJarTest.class";
        String api = "dev/millrace/Pipeline.class";
        Path jar = Jars.write(
                directory.resolve("a.jar"), Map.of(Jars.HANDLER, "", api, "no class", "only.txt", "in the jar"));
        addClass(jar, user);
        ClassLoader loader = PackagedJar.open(jar).classLoader();

        assertThat(loader.loadClass(PackagedJarTest.class.getName())).isNotSameAs(PackagedJarTest.class);
        assertThat(loader.loadClass(Pipeline.class.getName())).isSameAs(Pipeline.class);
        assertThat(loader.loadClass(String.class.getName())).isSameAs(String.class);
        try (InputStream in = Objects.requireNonNull(loader.getResourceAsStream("only.txt"))) {
            assertThat(in.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("in the jar");
        }
    }

    private static void addClass(Path jar, String name) throws IOException {
        try (FileSystem files = FileSystems.newFileSystem(jar);
                InputStream in = Objects.requireNonNull(PackagedJarTest.class.getResourceAsStream("/" + name))) {
            Path target = files.getPath(name);
            Files.createDirectories(target.getParent());
            Files.write(target, in.readAllBytes());
        }
    }
}
