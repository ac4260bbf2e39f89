package dev.millrace.samples;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code millrace dev} in a process of its own, which can be killed. */
public final class DevProcess implements AutoCloseable {
    private final LaunchedCommand launched;

    private DevProcess(LaunchedCommand launched) {
        this.launched = launched;
    }

    /** Starts one, and waits until it accepts work. */
    public static DevProcess start(String pipeline, Path dataDirectory, String... options) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("dev", pipeline, "--port", "0", "--data-dir", dataDirectory.toString()));
        arguments.addAll(List.of(options));
        return new DevProcess(LaunchedCommand.start(List.of(), arguments));
    }

    /** Puts a file's lines by {@code millrace put}. */
    public void put(String stream, Path file, String... options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of("put", stream, file.toString(), "--endpoint", endpoint().toString()));
        arguments.addAll(List.of(options));
        int exitCode = new ProcessBuilder(LaunchedCommand.command(arguments))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (exitCode != 0) {
            throw new IllegalStateException("put ended with " + exitCode);
        }
    }

    public URI endpoint() {
        return launched.endpoint();
    }

    /** The processes of packaged functions that run now. */
    public List<ProcessHandle> functions() {
        return launched.process().children().filter(ProcessHandle::isAlive).toList();
    }

    /** Ends them with SIGKILL. */
    public void killFunctions() {
        functions().forEach(ProcessHandle::destroyForcibly);
    }

    /** Ends it with SIGKILL. */
    public void kill() {
        launched.kill();
    }

    @Override
    public void close() {
        kill();
    }
}
