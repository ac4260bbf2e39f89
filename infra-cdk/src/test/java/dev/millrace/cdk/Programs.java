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

    /** Runs a program to its end, or kills it, and what it has started, after so many seconds. */
    public static Run run(Path folder, Map<String, String> environment, int seconds, List<String> command)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            // What holds up the program would hold up reading, too.
            var unused = process.onExit()
                    .copy()
                    .orTimeout(seconds, TimeUnit.SECONDS)
                    .whenComplete((ended, error) -> {
                        // Not where it has ended by itself: that would close what is still to be read.
                        if (error != null) {
                            end(process);
                        }
                    });
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Run(process.waitFor(), output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + command + " ran", e);
        } finally {
            end(process);
        }
    }

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
