package dev.millrace.local.simulator;

import dev.millrace.codec.Codec;
import dev.millrace.codec.CodecException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the pipelines read: a key, an event time, and whether the user's code throws at it; as {@code key,time,text}. */
record Reading(String key, long timeMillis, boolean isBad) {
    static final Codec<Reading> CODEC = new ReadingCodec();

    private static final class ReadingCodec implements Codec<Reading> {
        @Override
        public byte[] encode(Reading reading) {
            String text = reading.key + "," + reading.timeMillis + "," + (reading.isBad ? "bad" : "good");
            return text.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Reading decode(byte[] bytes) {
            List<String> parts = List.of(new String(bytes, StandardCharsets.UTF_8).split(",", 3));
            if (parts.size() != 3) {
                throw new CodecException("not a reading");
            }
            return new Reading(
                    parts.get(0), Long.parseLong(parts.get(1)), parts.get(2).equals("bad"));
        }
    }
}
