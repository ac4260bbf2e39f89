package dev.millrace.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script {@code millrace} itself, in a checkout of its own. What it starts are scripts that write down how they were
 * called: a {@code mvn} that builds nothing, and a {@code java} that prints its arguments.
 */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private final Path folder;
    private final Path checkout;
    private final Path tools;
    private final Path calls;
    private String path;

    LauncherTest(@TempDir Path folder) {
        this.folder = folder;
        checkout = folder.resolve("checkout");
        tools = folder.resolve("tools");
        calls = folder.resolve("calls");
        path = tools + ":" + System.getenv("PATH");
    }

    @BeforeEach
    void makeCheckout() throws IOException {
        Path source = checkout.resolve("functions/src/main/java");
        Files.createDirectories(source);
        Files.createDirectories(checkout.resolve("local-runtime"));
        Files.createDirectories(tools);
        Files.writeString(checkout.resolve("pom.xml"), "<project/>");
        Files.writeString(source.resolve("A.java"), "class A {}");
        script(checkout.resolve("millrace"), Files.readString(Path.of("../millrace")));
        jdk("17.0.9");
        maven("3.9.9", "sleep 0.3");
    }

    private static void script(Path file, String content) throws IOException {
        Files.writeString(file, content);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private void jdk(String version) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("jdk/bin"));
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"" + version + "\"\n");
        script(bin.resolve("java"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        script(bin.resolve("javac"), "#!/bin/sh\n");
    }

    private void maven(String version, String build) throws IOException {
        script(
                tools.resolve("mvn"),
                "#!/bin/sh\ncase \"$*\" in *--version*) echo 'Apache Maven " + version + " (abc)'; exit 0;; esac\n"
                        + "echo \"$*\" >> '" + calls + "'\n" + build + "\n");
    }

    private int builds() throws IOException {
        return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
    }

    /** What a run prints, on either stream, and its exit code. */
    private String run(String... args) throws IOException, InterruptedException {
        return end(start(checkout.resolve("millrace"), args));
    }

    private Process start(Path launcher, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.directory(Path.of("/").toFile());
        builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
        builder.environment().put("PATH", path);
        builder.environment().put("MILLRACE_JAVA_OPTS", "-Xmx1g -Da=b");
        return builder.start();
    }

    private static String end(Process process) throws IOException, InterruptedException {
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return output + "exit " + process.waitFor();
    }

    /** As if the file had changed long after the build. */
    private static void change(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plus(Duration.ofHours(1))));
    }

    @Test
    void firstRun_buildsAndPassesArgumentsOn() throws Exception {
        String output = run("put", "a stream", "*");

        assertThat(output)
                .startsWith("Building Millrace (first use takes a minute or two) ...\n")
                .contains("-Xmx1g\n-Da=b\n-cp\n")
                .contains("/local-runtime/target/launcher/lib/*\n")
                .endsWith("dev.millrace.local.cli.Main\nput\na stream\n*\nexit 0");
        assertThat(Files.readString(calls)).contains("-Plauncher").contains("package");
    }

    @Test
    void secondRun_buildsOnlyWhatHasChanged() throws Exception {
        run("--version");
        assertThat(run("--version")).doesNotContain("Building");
        assertThat(builds()).isEqualTo(1);

        change(checkout.resolve("functions/src/main/java/A.java"));
        assertThat(run("--version")).contains("Building");
    }

    @Test
    void throughASymbolicLink_theCheckoutIsFound() throws Exception {
        Path link = Files.createSymbolicLink(tools.resolve("mr"), Path.of("../checkout/millrace"));

        assertThat(end(start(link, "--version")))
                .contains(checkout.toRealPath() + "/local-runtime/target/launcher/lib/*")
                .endsWith("exit 0");
    }

    @Test
    void whenSeveralStartAtOnce_thenOneBuilds() throws Exception {
        severalAtOnce();
    }

    @Test
    void whenSeveralStartAtOnceWithoutFlock_thenOneBuilds() throws Exception {
        withoutFlock();
        severalAtOnce();
    }

    @Test
    void whenBuilderWasKilledWithoutFlock_thenItsLockIsBroken() throws Exception {
        withoutFlock();
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Files.createDirectories(checkout.resolve("target"));
        Files.createSymbolicLink(checkout.resolve("target/launcher.lock.pid"), Path.of(Long.toString(gone.pid())));

        severalAtOnce();

        assertThat(Files.isSymbolicLink(checkout.resolve("target/launcher.lock.pid")))
                .isFalse();
    }

    private void severalAtOnce() throws Exception {
        List<Process> started = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            started.add(start(checkout.resolve("millrace"), "--version"));
        }
        for (Process process : started) {
            assertThat(end(process)).endsWith("--version\nexit 0");
        }
        assertThat(builds()).isEqualTo(1);
    }

    /** A PATH with what the launcher uses, and nothing else. */
    private void withoutFlock() throws IOException {
        for (String tool : List.of(
                "bash",
                "cat",
                "dirname",
                "basename",
                "find",
                "grep",
                "head",
                "ln",
                "mkdir",
                "mv",
                "readlink",
                "rm",
                "rmdir",
                "sed",
                "sh",
                "sleep",
                "tail",
                "touch")) {
            Path found = List.of(Path.of("/bin", tool), Path.of("/usr/bin", tool)).stream()
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow();
            script(tools.resolve(tool), "#!/bin/sh\nexec " + found + " \"$@\"\n");
        }
        path = tools.toString();
    }

    @Test
    void whenBuildFails_thenItsLastLinesAreShown_andTheNextRunBuildsAgain() throws Exception {
        maven("3.9.9", "echo '[INFO] noise'; echo '[ERROR] A.java: no'; exit 1");

        assertThat(run("--version"))
                .contains("[ERROR] A.java: no")
                .doesNotContain("noise")
                .contains("the build failed. All of Maven's output is in " + checkout.toRealPath()
                        + "/target/launcher/build.log")
                .endsWith("exit 1");

        maven("3.9.9", "");
        assertThat(run("--version")).endsWith("--version\nexit 0");
    }

    @Test
    void javaOrMavenTooOld_isNamed() throws Exception {
        maven("3.6.3", "");
        assertThat(run())
                .contains("needs Maven 3.8 or newer")
                .contains("is 3.6.")
                .endsWith("exit 1");

        withoutFlock();
        jdk("11.0.2");
        assertThat(run())
                .contains("needs a JDK 17 or newer")
                .contains("JAVA_HOME (" + folder.resolve("jdk") + ") is Java 11.")
                .endsWith("exit 1");
        assertThat(builds()).isZero();
    }
}
