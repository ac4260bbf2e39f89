package dev.millrace.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What another Java machine says of itself.
 *
 * @param classes how many it has loaded, from archives too
 * @param heapBytes what is used of its heap, after a collection
 */
record JvmCounters(long classes, long heapBytes) {
    private static final Pattern CLASSES = Pattern.compile("java\\.cls\\.(?:sharedL|l)oadedClasses=(\\d+)");
    private static final Pattern HEAP = Pattern.compile("sun\\.gc\\.generation\\.\\d\\.space\\.\\d\\.used=(\\d+)");

    /** Asks by {@code jcmd}, which a JDK has. The classes are counted before it loads some for the answer. */
    static JvmCounters of(long pid) throws IOException, InterruptedException {
        String before = jcmd(pid, "PerfCounter.print");
        String unused = jcmd(pid, "GC.run");
        return new JvmCounters(sum(CLASSES, before), sum(HEAP, jcmd(pid, "PerfCounter.print")));
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("jcmd failed: " + output);
        }
        return output;
    }

    private static long sum(Pattern counter, String output) {
        Matcher matcher = counter.matcher(output);
        long sum = 0;
        while (matcher.find()) {
            sum += Long.parseLong(matcher.group(1));
        }
        return sum;
    }
}
