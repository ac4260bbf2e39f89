package dev.millrace.local.source;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A text with placeholders, for records that their numbers decide. Everything else in braces, such as JSON, is text as it is.
 *
 * <p>Placeholders: <code>{n}</code> is the record's number, <code>{n%K}</code> its remainder, <code>{time}</code> its time such
 * as {@code 2026-01-31T12:00:00.000Z}, <code>{random:K}</code> one of 0 to K - 1, all equally often, and <code>{zipf:K:S}</code>
 * one of 0 to K - 1, of which {@code k} is {@code (k + 1)^S} times as rare as 0. The last two are decided by a hash of the
 * number; each placeholder of a text has a hash of its own.
 */
final class RecordTemplate {
    static final int MOST_BYTES = 1 << 16;
    static final String PLACEHOLDERS = "{n}, {n%K}, {time}, {random:K} and {zipf:K:S}";
    /** A word, perhaps with parameters: JSON has quotes where the word is. */
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-zA-Z]+)(?:([:%])([^{}\"]*))?}");

    private final List<TemplatePart> parts;
    private final int sizeBytes;

    private RecordTemplate(List<TemplatePart> parts, int sizeBytes) {
        this.parts = parts;
        this.sizeBytes = sizeBytes;
    }

    /** @throws IllegalArgumentException if a placeholder is wrong, or it is empty, or has more than 65,536 bytes */
    static RecordTemplate parse(String text) {
        int sizeBytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (text.isBlank() || sizeBytes > MOST_BYTES || text.contains("\n")) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "a template must be one line of 1 to %,d bytes that is not blank; this has %,d",
                    MOST_BYTES,
                    sizeBytes));
        }
        List<TemplatePart> parts = new ArrayList<>();
        Matcher matcher = PLACEHOLDER.matcher(text);
        int from = 0;
        while (matcher.find()) {
            parts.add(new TemplatePart.Text(text.substring(from, matcher.start())));
            parts.add(part(matcher, parts.size()));
            from = matcher.end();
        }
        parts.add(new TemplatePart.Text(text.substring(from)));
        return new RecordTemplate(List.copyOf(parts), sizeBytes);
    }

    private static TemplatePart part(Matcher placeholder, int index) {
        String word = placeholder.group(1) + (placeholder.group(2) == null ? "" : placeholder.group(2));
        String parameters = placeholder.group(3) == null ? "" : placeholder.group(3);
        try {
            return switch (word) {
                case "n" -> new TemplatePart.RecordNumber();
                case "n%" -> new TemplatePart.Remainder(positive(parameters));
                case "time" -> new TemplatePart.Time();
                case "random:" -> new TemplatePart.Uniform(index, positive(parameters));
                case "zipf:" -> zipf(index, parameters);
                default -> throw wrong(placeholder.group(), "it", null);
            };
        } catch (NumberFormatException e) {
            throw wrong(placeholder.group(), "its numbers", e);
        }
    }

    private static TemplatePart zipf(int index, String parameters) {
        String[] both = parameters.split(":", -1);
        if (both.length != 2) {
            throw new NumberFormatException(parameters);
        }
        return TemplatePart.Zipf.of(index, positive(both[0]), Double.parseDouble(both[1]));
    }

    private static IllegalArgumentException wrong(
            String placeholder, String what, @Nullable NumberFormatException cause) {
        return new IllegalArgumentException(
                "the template has the placeholder " + placeholder + ", and " + what
                        + " cannot be understood; there are "
                        + PLACEHOLDERS + ", with K from 1 on (up to 1,000,000 for zipf) and S from 0 to 10, such as"
                        + " {zipf:1000:1.2}",
                cause);
    }

    private static long positive(String text) {
        long value = Long.parseLong(text);
        if (value < 1) {
            throw new NumberFormatException(text);
        }
        return value;
    }

    /** How long it is as it is written; its records are about as long. */
    int sizeBytes() {
        return sizeBytes;
    }

    /** For one thread at a time. */
    Writer writer() {
        return new Writer();
    }

    /** Writes records. */
    final class Writer {
        private final Digits to = new Digits(sizeBytes + MOST_BYTES / 1024);

        /** The text of the record with that number and time, in milliseconds since 1970. */
        byte[] write(long number, long millis) {
            to.clear();
            for (TemplatePart part : parts) {
                part.write(number, millis, to);
            }
            return to.toByteArray();
        }
    }
}
