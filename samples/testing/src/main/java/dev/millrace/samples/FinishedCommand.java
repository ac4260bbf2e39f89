package dev.millrace.samples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A command that was run to its end in a process of its own.
 *
 * @param exitCode as the shell sees it
 * @param err what it printed to standard error
 */
public record FinishedCommand(int exitCode, String err) {
    /**
     * Runs one.
     *
     * @param folder for a file with what it prints
     * @throws IllegalStateException if it has not ended in time; it is killed then
     */
    public static FinishedCommand run(Path folder, Duration patience, List<String> arguments)
            throws IOException, InterruptedException {
        Path err = Files.createTempFile(folder, "command", ".err");
        Process process = new ProcessBuilder(LaunchedCommand.command(arguments))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(err.toFile())
                .start();
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException(arguments.get(0) + " has not ended within " + patience
                        + "; it printed: " + Files.readString(err));
            }
            return new FinishedCommand(process.exitValue(), Files.readString(err));
        } finally {
            process.destroyForcibly();
        }
    }
}
