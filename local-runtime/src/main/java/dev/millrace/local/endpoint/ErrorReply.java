package dev.millrace.local.endpoint;

import dev.millrace.local.kinesis.KinesisException;
import java.io.IOException;

/** An error as Kinesis writes it. */
record ErrorReply(KinesisException.Type type, String text) implements Reply {
    @Override
    public void write(WireWriter out) throws IOException {
        out.text("__type", type.name()).text("message", text);
    }
}
