package dev.millrace.local.cli;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;

/** Runs command lines as a shell would, with captured streams and a clock that only pauses advance. */
final class CommandRun {
    private final BlockingQueue<Runnable> atEnd = new LinkedBlockingQueue<>();
    private final BlockingQueue<BooleanSupplier> onSignal = new LinkedBlockingQueue<>();
    private final Map<String, String> environment;
    private final List<Duration> pauses = new ArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private InputStream in = new ByteArrayInputStream(new byte[0]);
    private long nanos;

    CommandRun(Map<String, String> environment) {
        this.environment = environment;
    }

    CommandRun withInput(InputStream input) {
        in = input;
        return this;
    }

    /** What the command wants done before the process ends. */
    BlockingQueue<Runnable> atEnd() {
        return atEnd;
    }

    /** What the command wants done when the process is told to end. */
    BlockingQueue<BooleanSupplier> onSignal() {
        return onSignal;
    }

    int execute(String... args) {
        Surroundings surroundings = new Surroundings(
                environment,
                in,
                false,
                () -> nanos,
                duration -> {
                    pauses.add(duration);
                    nanos += duration.toNanos();
                },
                atEnd::add,
                action -> {
                    onSignal.add(action);
                    return () -> onSignal.remove(action);
                });
        CommandLine commandLine =
                Main.commandLine(surroundings).setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int exitCode = commandLine.execute(args);
        commandLine.getOut().flush();
        commandLine.getErr().flush();
        return exitCode;
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }

    List<Duration> pauses() {
        return pauses;
    }
}
