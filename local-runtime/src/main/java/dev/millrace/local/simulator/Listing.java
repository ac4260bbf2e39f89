package dev.millrace.local.simulator;

import dev.millrace.Aggregation;
import dev.millrace.codec.Codec;
import dev.millrace.codec.Codecs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * All values, as one text with a blank between two: it tells which ones there were, where a count tells only how many.
 *
 * @param text of a value, without blanks; never empty
 * @param isSorted whether the text is in the order of the values' texts; otherwise in that in which they were added
 */
record Listing<T>(Function<T, String> text, boolean isSorted) implements Aggregation<T, List<String>, String> {
    private static final String BLANK = " ";

    static String join(List<String> texts, boolean isSorted) {
        return String.join(BLANK, isSorted ? texts.stream().sorted().toList() : texts);
    }

    static List<String> parts(String joined) {
        return List.of(joined.split(BLANK, -1));
    }

    @Override
    public List<String> create() {
        return new ArrayList<>();
    }

    @Override
    public List<String> add(List<String> texts, T value) {
        texts.add(text.apply(value));
        return texts;
    }

    @Override
    public List<String> merge(List<String> left, List<String> right) {
        List<String> merged = new ArrayList<>(left);
        merged.addAll(right);
        return merged;
    }

    @Override
    public String result(List<String> texts) {
        return join(texts, isSorted);
    }

    @Override
    public Codec<List<String>> accumulatorCodec() {
        return new Codec<>() {
            @Override
            public byte[] encode(List<String> texts) {
                return String.join(BLANK, texts).getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public List<String> decode(byte[] bytes) {
                return new ArrayList<>(parts(Codecs.string().decode(bytes)));
            }
        };
    }
}
