package dev.millrace.local.packaged;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Passes on what a function's process prints, line by line, each with the function's name before it. */
final class FunctionLog implements Runnable {
    /** What is beyond is left out: a process may print without ever ending a line. */
    static final int MAX_LINE_CHARS = 4_000;

    /** What a line of metrics begins with: CloudWatch reads those, and nobody else. */
    private static final String METRICS = "{\"_aws\":";

    private final Reader in;
    private final String prefix;
    private final Consumer<String> lines;
    private final StringBuilder line = new StringBuilder();
    private boolean isCut;

    FunctionLog(InputStream in, String function, Consumer<String> lines) {
        this.in = new InputStreamReader(in, StandardCharsets.UTF_8);
        this.prefix = "[" + function + "] ";
        this.lines = lines;
    }

    /** Until the process has closed its output. */
    @Override
    public void run() {
        char[] chars = new char[8192];
        try (in) {
            for (int count = in.read(chars); count >= 0; count = in.read(chars)) {
                for (int i = 0; i < count; i++) {
                    take(chars[i]);
                }
            }
        } catch (IOException e) {
            // The process was killed.
        }
        if (!line.isEmpty()) {
            end();
        }
    }

    private void take(char next) {
        if (next == '\n' || next == '\r') {
            if (!line.isEmpty()) {
                end();
            }
        } else if (line.length() < MAX_LINE_CHARS) {
            line.append(next);
        } else {
            isCut = true;
        }
    }

    private void end() {
        if (line.indexOf(METRICS) != 0) {
            lines.accept(prefix + line + (isCut ? " ..." : ""));
        }
        line.setLength(0);
        isCut = false;
    }
}
