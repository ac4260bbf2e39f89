package dev.millrace.local.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A Java machine of its own, with this one's class path, that reads lines and prints lines. It ends when its standard input does,
 * and so never outlives this process, see {@link #haltWithParent}.
 */
final class JavaProcess implements AutoCloseable {
    private static final int FIRST_JAVA_WITH_NATIVE_ACCESS = 22;
    private static final int SHOWN_LOG_LINES = 5;

    private final Process process;
    private final Path log;
    private final Thread reader;

    private JavaProcess(Process process, Path log, Consumer<String> lines) {
        this.process = process;
        this.log = log;
        this.reader = new Thread(() -> read(process.getInputStream(), lines), "millrace-compare-" + log.getFileName());
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts one.
     *
     * @param heapMegabytes the most that it takes
     * @param log gets what it prints to standard error
     * @param lines takes what it prints, on a thread of its own
     */
    static JavaProcess start(
            Class<?> main, List<String> arguments, int heapMegabytes, Path log, Consumer<String> lines) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + heapMegabytes + "m");
        command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
        if (Runtime.version().feature() >= FIRST_JAVA_WITH_NATIVE_ACCESS) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            return new JavaProcess(process, log, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void read(InputStream from, Consumer<String> lines) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.accept(line);
            }
        } catch (IOException e) {
            // As good as its end: of the process at the other side.
        }
    }

    /** @throws UncheckedIOException if it has ended */
    void send(String line) {
        try {
            OutputStream in = process.getOutputStream();
            in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            in.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive() || reader.isAlive();
    }

    /** Ends it with SIGKILL; returns once it is gone, and all that it has printed was taken. */
    void kill() throws InterruptedException {
        process.destroyForcibly().onExit().join();
        reader.join();
    }

    /** The last of what it has printed to standard error. */
    String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LOG_LINES), lines.size()));
        } catch (IOException e) {
            return "(" + log + " cannot be read)";
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    /**
     * For the process itself: takes the lines that it is sent, and ends it, at once, when its parent does, or closes its
     * standard input.
     */
    static void haltWithParent(Consumer<String> lines) {
        Thread watch = new Thread(
                () -> {
                    read(System.in, lines);
                    Runtime.getRuntime().halt(1);
                },
                "millrace-compare-parent");
        watch.setDaemon(true);
        watch.start();
    }
}
