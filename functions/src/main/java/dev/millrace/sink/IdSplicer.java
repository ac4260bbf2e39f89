package dev.millrace.sink;

import dev.millrace.Sink;
import java.nio.charset.StandardCharsets;

/** Puts an output's id into the bytes of a stream's record. */
final class IdSplicer {
    private IdSplicer() {}

    /** @throws IllegalArgumentException if the id is to be a property and the data is no JSON object */
    static byte[] splice(Sink.IdPlacement placement, OutputId id, byte[] data) {
        return switch (placement) {
            case FIRST_LINE -> concat(id + "\n", data, 0);
            case JSON_PROPERTY -> asFirstProperty(Sink.ID_PROPERTY, id, data);
        };
    }

    /** @throws IllegalArgumentException if the data is no JSON object */
    static byte[] asFirstProperty(String property, OutputId id, byte[] object) {
        if (object.length < 2 || object[0] != '{') {
            throw new IllegalArgumentException("not a JSON object");
        }
        int next = 1;
        while (next < object.length && isJsonSpace(object[next])) {
            next++;
        }
        boolean empty = next < object.length && object[next] == '}';
        // An id holds nothing that JSON would have escaped.
        return concat("{\"" + property + "\":\"" + id + (empty ? "\"" : "\","), object, 1);
    }

    private static boolean isJsonSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    private static byte[] concat(String head, byte[] data, int from) {
        byte[] prefix = head.getBytes(StandardCharsets.UTF_8);
        byte[] joined = new byte[prefix.length + data.length - from];
        System.arraycopy(prefix, 0, joined, 0, prefix.length);
        System.arraycopy(data, from, joined, prefix.length, data.length - from);
        return joined;
    }
}
