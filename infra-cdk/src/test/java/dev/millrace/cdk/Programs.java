package dev.millrace.cdk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Programs that a machine may have or not. */
public final class Programs {
    private Programs() {}

    /** How a program ended, and all that it printed. */
    public record Run(int exitCode, String output) {}

    static boolean hasNode() {
        return answers("node", "--version");
    }

    /** Whether there is a program that takes this argument and ends well. */
    public static boolean answers(String program, String argument) {
        try {
            return run(Path.of("."), Map.of(), 60, List.of(program, argument)).exitCode() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Runs a program to its end; fails if that takes too long. */
    public static Run run(Path folder, Map<String, String> environment, int seconds, List<String> command)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            // To the end of its output, which is that of the program.
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                throw new IllegalStateException(command + " did not end in " + seconds + " s: " + output);
            }
            return new Run(process.exitValue(), output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + command + " ran", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
