package dev.millrace.local.endpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** An error as Kinesis writes it. */
record ErrorReply(String type, String text) implements Reply {
    @Override
    public void write(WireWriter out) throws IOException {
        // What is wrong may be half of a surrogate pair, which cannot be written.
        String written = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        out.text("__type", type).text("message", written);
    }
}
