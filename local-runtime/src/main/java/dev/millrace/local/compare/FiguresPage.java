package dev.millrace.local.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The table of figures within a page that somebody writes: between two lines that mark its place, so that page and charts are of
 * one run.
 */
public final class FiguresPage {
    static final String BEGIN = "<!-- figures: made by `./millrace compare` -->";
    static final String END = "<!-- end of figures -->";

    private FiguresPage() {}

    /**
     * Puts the figures in the place of those that the page has.
     *
     * @param figures Markdown
     * @throws IOException if the page cannot be read or written
     * @throws IllegalArgumentException if it has no such place
     */
    public static void update(Path page, String figures) throws IOException {
        Files.writeString(page, updated(page.toString(), Files.readString(page), figures), StandardCharsets.UTF_8);
    }

    /**
     * Looks whether the page has a place for figures.
     *
     * @throws IOException if the page cannot be read
     * @throws IllegalArgumentException if it has no such place
     */
    public static void require(Path page) throws IOException {
        var unused = updated(page.toString(), Files.readString(page), "");
    }

    /** @throws IllegalArgumentException if the page has no place for figures */
    static String updated(String name, String page, String figures) {
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("the page " + name + " has no place for the figures: it needs the line '"
                    + BEGIN + "', and after it the line '" + END + "'");
        }
        return page.substring(0, begin + BEGIN.length()) + "\n\n" + figures.strip() + "\n\n" + page.substring(end);
    }
}
