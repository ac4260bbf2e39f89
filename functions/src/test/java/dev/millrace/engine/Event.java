package dev.millrace.engine;

import dev.millrace.codec.Codec;
import dev.millrace.codec.CodecException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the tests' pipelines read: a key, an event time and a number, as text {@code key,time,number}. */
record Event(String key, long timeMillis, long number) {
    static final Codec<Event> CODEC = new EventCodec();

    byte[] encoded() {
        return CODEC.encode(this);
    }

    private static final class EventCodec implements Codec<Event> {
        @Override
        public byte[] encode(Event event) {
            return (event.key + "," + event.timeMillis + "," + event.number).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Event decode(byte[] bytes) {
            List<String> parts = List.of(new String(bytes, StandardCharsets.UTF_8).split(",", -1));
            if (parts.size() != 3) {
                throw new CodecException("not an event");
            }
            return new Event(parts.get(0), Long.parseLong(parts.get(1)), Long.parseLong(parts.get(2)));
        }
    }
}
