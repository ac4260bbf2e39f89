package dev.millrace.driver;

import dev.millrace.codec.Codec;
import dev.millrace.codec.CodecException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the tests' pipelines read: a key, an event time and a text, as {@code key,time,text}. */
record Reading(String key, long timeMillis, String text) {
    static final Codec<Reading> CODEC = new ReadingCodec();

    byte[] encoded() {
        return CODEC.encode(this);
    }

    private static final class ReadingCodec implements Codec<Reading> {
        @Override
        public byte[] encode(Reading reading) {
            return (reading.key + "," + reading.timeMillis + "," + reading.text).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Reading decode(byte[] bytes) {
            List<String> parts = List.of(new String(bytes, StandardCharsets.UTF_8).split(",", 3));
            if (parts.size() != 3) {
                throw new CodecException("not a reading");
            }
            return new Reading(parts.get(0), Long.parseLong(parts.get(1)), parts.get(2));
        }
    }
}
