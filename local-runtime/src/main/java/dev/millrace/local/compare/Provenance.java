package dev.millrace.local.compare;

import java.time.LocalDate;
import java.time.ZoneOffset;

/** Where figures come from: a figure without that says nothing. */
public final class Provenance {
    private Provenance() {}

    /**
     * This machine, and today.
     *
     * @param command what was typed
     * @return a line of Markdown
     */
    public static String now(String command) {
        return "`" + command + "`, on " + LocalDate.now(ZoneOffset.UTC) + ", "
                + Runtime.getRuntime().availableProcessors() + " processors (" + System.getProperty("os.name") + ", "
                + System.getProperty("os.arch") + "), Java " + System.getProperty("java.version") + ".";
    }
}
