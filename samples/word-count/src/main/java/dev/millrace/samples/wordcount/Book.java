package dev.millrace.samples.wordcount;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Writes a text of the size of a book to standard output: nonsense, but with sentences, paragraphs, and words as often as in
 * English, and always the same. Needs nothing but Java: {@code java Book.java > book.txt}.
 */
public final class Book {
    private static final int DEFAULT_BYTES = 1_500_000;
    private static final int VOCABULARY = 1_000;
    private static final int LINE_CHARS = 72;
    private static final String[] COMMON = {
        "the", "of", "and", "to", "a", "in", "that", "it", "was", "he", "his", "with", "as", "for", "had", "you", "not",
        "be", "on", "at", "by", "I", "which", "have", "or", "from", "this", "her", "but", "they", "she", "were", "all"
    };
    private static final String[] SYLLABLES = {
        "ba",
        "cor",
        "da",
        "el",
        "fin",
        "gra",
        "hol",
        "in",
        "jo",
        "ka",
        "lun",
        "mer",
        "na",
        "or",
        "pel",
        "qua",
        "ri",
        "sto",
        "tu",
        "ven",
        "wal",
        "xi",
        "yor",
        "zen",
        "na\u00ef",
        "caf\u00e9",
        "\u00fcb",
        "\u00e5n",
        "\u00f8r"
    };
    private static final String[] ENDS = {".", ".", ".", ".", "!", "?", ";", ":"};

    private final Random random;
    private final List<String> vocabulary = new ArrayList<>(List.of(COMMON));

    private Book(long seed) {
        random = new Random(seed);
        while (vocabulary.size() < VOCABULARY) {
            StringBuilder word = new StringBuilder();
            for (int i = 1 + random.nextInt(4); i >= 0; i--) {
                word.append(one(SYLLABLES));
            }
            vocabulary.add(word.toString());
        }
    }

    /** @param args how many bytes to write, at least; 1.5 million unless given */
    public static void main(String[] args) throws IOException {
        int bytes = args.length == 0 ? DEFAULT_BYTES : Integer.parseInt(args[0]);
        OutputStream out = new BufferedOutputStream(System.out);
        for (String line : lines(bytes, 1)) {
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        }
        out.flush();
    }

    /** The lines of a text of {@code bytes} bytes or somewhat more; each seed gives another text. */
    static List<String> lines(int bytes, long seed) {
        Book book = new Book(seed);
        List<String> lines = new ArrayList<>();
        int written = 0;
        while (written < bytes) {
            for (String line : book.paragraph()) {
                lines.add(line);
                written += line.getBytes(StandardCharsets.UTF_8).length + 1;
            }
        }
        return lines;
    }

    /** Some sentences, in lines of about equal length, and an empty line. */
    private List<String> paragraph() {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (int i = 3 + random.nextInt(6); i > 0; i--) {
            for (String word : sentence()) {
                if (line.length() + 1 + word.length() > LINE_CHARS) {
                    lines.add(line.toString());
                    line.setLength(0);
                }
                line.append(line.isEmpty() ? "" : " ").append(word);
            }
        }
        lines.add(line.toString());
        lines.add("");
        return lines;
    }

    private List<String> sentence() {
        List<String> words = new ArrayList<>();
        for (int i = 4 + random.nextInt(20); i > 0; i--) {
            words.add(word() + (random.nextInt(10) == 0 ? "," : ""));
        }
        String first = words.get(0);
        words.set(0, Character.toUpperCase(first.charAt(0)) + first.substring(1));
        words.add(word() + one(ENDS));
        return words;
    }

    /** A word's number in the vocabulary is as far from the next as in Zipf's law; a few are years. */
    private String word() {
        if (random.nextInt(200) == 0) {
            return Integer.toString(1_700 + random.nextInt(200));
        }
        return vocabulary.get((int) StrictMath.pow(VOCABULARY, random.nextDouble()) - 1);
    }

    private String one(String[] choices) {
        return choices[random.nextInt(choices.length)];
    }
}
