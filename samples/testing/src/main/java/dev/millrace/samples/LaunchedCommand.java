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

/** A {@code millrace} command with an endpoint of its own, in a process of its own. */
record LaunchedCommand(Process process, URI endpoint) {
    private static final Pattern READY = Pattern.compile("millrace ready endpoint=(\\S+) .*");

    /**
     * Starts one, and waits until it accepts work.
     *
     * @param javaOptions for its Java machine
     */
    static LaunchedCommand start(List<String> javaOptions, List<String> arguments) throws IOException {
        List<String> command = command(arguments);
        command.addAll(1, javaOptions);
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
            throw new IllegalStateException(arguments.get(0) + " did not become ready; it printed: " + line);
        }
        return new LaunchedCommand(process, URI.create(ready.group(1)));
    }

    /** The command line of a command. */
    static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.millrace.local.cli.Main"));
        command.addAll(arguments);
        return command;
    }

    /** Ends it with SIGKILL. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }
}
