package dev.millrace.samples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code millrace dev} in a process of its own, which can be killed. */
public final class DevProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("millrace ready endpoint=(\\S+) .*");

    private final Process process;
    private final URI endpoint;

    private DevProcess(Process process, URI endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    /** Starts one, and waits until it accepts work. */
    public static DevProcess start(String pipeline, Path dataDirectory, String... options) throws IOException {
        List<String> command = command("dev", pipeline, "--port", "0", "--data-dir", dataDirectory.toString());
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        // Only the ready line is read; what follows fits the pipe.
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = String.valueOf(out.readLine());
        Matcher ready = READY.matcher(line);
        if (!ready.matches()) {
            process.destroyForcibly();
            throw new IllegalStateException("dev did not become ready; it printed: " + line);
        }
        return new DevProcess(process, URI.create(ready.group(1)));
    }

    /** Puts a file's lines by {@code millrace put}. */
    public void put(String stream, Path file, String... options) throws IOException, InterruptedException {
        List<String> command = command("put", stream, file.toString(), "--endpoint", endpoint.toString());
        command.addAll(List.of(options));
        int exitCode = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (exitCode != 0) {
            throw new IllegalStateException("put ended with " + exitCode);
        }
    }

    private static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.millrace.local.cli.Main"));
        command.addAll(List.of(arguments));
        return command;
    }

    public URI endpoint() {
        return endpoint;
    }

    /** The processes of packaged functions that run now. */
    public List<ProcessHandle> functions() {
        return process.children().filter(ProcessHandle::isAlive).toList();
    }

    /** Ends them with SIGKILL. */
    public void killFunctions() {
        functions().forEach(ProcessHandle::destroyForcibly);
    }

    /** Ends it with SIGKILL. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
