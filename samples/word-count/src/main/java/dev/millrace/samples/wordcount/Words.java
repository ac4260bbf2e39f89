package dev.millrace.samples.wordcount;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Takes text apart. */
final class Words {
    private Words() {}

    /**
     * The words of a text, in lower case: the longest runs of letters and digits, of whatever script. The case is the same
     * wherever the program runs, since no language's own rules are asked.
     */
    static List<String> of(String text) {
        List<String> words = new ArrayList<>();
        int start = -1;
        int codePoint;
        for (int i = 0; i < text.length(); i += Character.charCount(codePoint)) {
            codePoint = text.codePointAt(i);
            if (Character.isLetterOrDigit(codePoint)) {
                start = start < 0 ? i : start;
            } else if (start >= 0) {
                words.add(text.substring(start, i).toLowerCase(Locale.ROOT));
                start = -1;
            }
        }
        if (start >= 0) {
            words.add(text.substring(start).toLowerCase(Locale.ROOT));
        }
        return words;
    }
}
