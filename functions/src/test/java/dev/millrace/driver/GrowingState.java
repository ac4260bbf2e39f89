package dev.millrace.driver;

import dev.millrace.codec.Codec;
import dev.millrace.codec.CodecException;
import java.util.HashSet;
import java.util.Set;

/** Accumulators that take more bytes when they are stored once more, or cannot be stored, for the keys that a test names. */
final class GrowingState implements Codec<Reading> {
    final Set<String> growing = new HashSet<>();
    final Set<String> refused = new HashSet<>();
    private final int length;

    /** @param length how long a text grows, in characters that hardly compress */
    GrowingState(int length) {
        this.length = length;
    }

    @Override
    public byte[] encode(Reading reading) {
        if (refused.contains(reading.key())) {
            throw new CodecException("not now");
        }
        String more = growing.contains(reading.key()) ? EntrySizesTest.noise(length, reading.timeMillis()) : "";
        return new Reading(reading.key(), reading.timeMillis(), reading.text() + more).encoded();
    }

    @Override
    public Reading decode(byte[] bytes) {
        return Reading.CODEC.decode(bytes);
    }
}
