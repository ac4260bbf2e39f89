package dev.millrace.local.simulator;

import dev.millrace.codec.Codec;
import dev.millrace.codec.CodecException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What the pipelines read; as {@code key,time,good,number}.
 *
 * @param isBad whether the user's code throws at it
 * @param number what is aggregated: from 1, and no two readings of a simulation have the same
 */
record Reading(String key, long timeMillis, boolean isBad, long number) {
    static final Codec<Reading> CODEC = new ReadingCodec();

    private static final class ReadingCodec implements Codec<Reading> {
        private static final int FIELDS = 4;

        @Override
        public byte[] encode(Reading reading) {
            String text = reading.key + "," + reading.timeMillis + "," + (reading.isBad ? "bad" : "good") + ","
                    + reading.number;
            return text.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Reading decode(byte[] bytes) {
            List<String> parts = List.of(new String(bytes, StandardCharsets.UTF_8).split(",", FIELDS));
            if (parts.size() != FIELDS) {
                throw new CodecException("not a reading");
            }
            return new Reading(
                    parts.get(0),
                    Long.parseLong(parts.get(1)),
                    parts.get(2).equals("bad"),
                    Long.parseLong(parts.get(3)));
        }
    }
}
