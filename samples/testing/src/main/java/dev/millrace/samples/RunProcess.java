package dev.millrace.samples;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code millrace run} in a process of its own, which can be killed, or told to end. */
public final class RunProcess implements AutoCloseable {
    /** It is to be killed soon, so compiling well does not pay. */
    private static final List<String> SHORT_LIVED = List.of("-XX:TieredStopAtLevel=1");

    private final LaunchedCommand launched;

    private RunProcess(LaunchedCommand launched) {
        this.launched = launched;
    }

    /** Starts one, and waits until it accepts work. */
    public static RunProcess start(String pipeline, Path file, Path dataDirectory, String... options)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "run", pipeline, "--port", "0", "--source", "file:" + file, "--data-dir", dataDirectory.toString()));
        arguments.addAll(List.of(options));
        return new RunProcess(LaunchedCommand.start(SHORT_LIVED, arguments));
    }

    public URI endpoint() {
        return launched.endpoint();
    }

    public boolean isAlive() {
        return launched.process().isAlive();
    }

    /**
     * Ends it with SIGTERM.
     *
     * @return its exit code
     * @throws IllegalStateException if it has not ended in time
     */
    public int terminate(Duration patience) throws InterruptedException {
        launched.process().destroy();
        if (!launched.process().waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("run has not ended within " + patience);
        }
        return launched.process().exitValue();
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
