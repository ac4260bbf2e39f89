package dev.millrace.cdk.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Node.js, in which CDK itself runs, whatever language an app is written in. */
final class Node {
    private static final int LEAST_MAJOR = 20;
    private static final long SECONDS = 30;

    private Node() {}

    /** @throws IllegalArgumentException unless there is one that is new enough: the message says what to install */
    static void require() {
        require("node");
    }

    static void require(String command) {
        String version;
        try {
            Process process = new ProcessBuilder(command, "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            version = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            process.waitFor(SECONDS, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "CDK needs Node.js " + LEAST_MAJOR + " or newer, and there is no " + command
                            + " on the PATH: install it",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking for the version of Node.js", e);
        }
        if (major(version) < LEAST_MAJOR) {
            throw new IllegalArgumentException("CDK needs Node.js " + LEAST_MAJOR + " or newer, and " + command
                    + " is '" + version + "': install a newer one");
        }
    }

    /** Of text such as {@code v20.20.2}; 0 where it is no version. */
    private static int major(String version) {
        String digits = version.replaceFirst("^v", "").replaceFirst("\\..*", "");
        return digits.matches("[0-9]{1,4}") ? Integer.parseInt(digits) : 0;
    }
}
