package dev.millrace;

import dev.millrace.codec.Codec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Values collected in memory, each once, for tests. Safe for use by several threads.
 *
 * @param <T> the values
 */
public final class CollectingSink<T> {
    private final String name;
    private final Codec<T> codec;
    private final Map<String, T> valuesById = new LinkedHashMap<>();

    /** @param codec stores the values between their commit and their emission */
    public CollectingSink(String name, Codec<T> codec) {
        this.name = name;
        this.codec = codec;
    }

    public String name() {
        return name;
    }

    public Codec<T> codec() {
        return codec;
    }

    /** Takes an output; one whose id was seen before changes nothing. */
    public synchronized void accept(String id, byte[] encoded) {
        valuesById.computeIfAbsent(id, key -> codec.decode(encoded));
    }

    /** What was collected, in the order of its first emission. */
    public synchronized List<T> values() {
        return new ArrayList<>(valuesById.values());
    }
}
