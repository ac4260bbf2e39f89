package dev.millrace.local.endpoint;

import dev.millrace.local.kinesis.KinesisException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/** Messages of a response in AWS's encoding for streams of events. */
final class EventFrame {
    static final String CONTENT_TYPE = "application/vnd.amazon.eventstream";

    private static final String CRLF = "\r\n";
    private static final String END = "0" + CRLF + CRLF;

    private EventFrame() {}

    static ByteBuffer event(String type, Wire wire, Reply payload) {
        return frame("event", ":event-type", type, wire, payload);
    }

    /** The error that ends a stream of events. */
    static ByteBuffer exception(KinesisException.Type type, String message, Wire wire) {
        return frame("exception", ":exception-type", type.name(), wire, new ErrorReply(type.name(), message));
    }

    private static ByteBuffer frame(String kind, String typeHeader, String type, Wire wire, Reply payload) {
        Map<String, HeaderValue> headers = new LinkedHashMap<>();
        headers.put(typeHeader, HeaderValue.fromString(type));
        headers.put(":content-type", HeaderValue.fromString(wire.contentType()));
        headers.put(":message-type", HeaderValue.fromString(kind));
        return new Message(headers, wire.write(payload)).toByteBuffer();
    }

    /**
     * A frame as a chunk of HTTP/1.1, whole; the last ends the response. Jetty would send a chunk's last two bytes with the
     * next chunk, and clients that wait for them, as Python's do, would get each event only when the next one comes.
     */
    static ByteBuffer chunk(ByteBuffer frame, boolean isLast) {
        byte[] head = (Integer.toHexString(frame.remaining()) + CRLF).getBytes(StandardCharsets.US_ASCII);
        byte[] tail = (CRLF + (isLast ? END : "")).getBytes(StandardCharsets.US_ASCII);
        return frame.hasRemaining()
                ? ByteBuffer.allocate(head.length + frame.remaining() + tail.length)
                        .put(head)
                        .put(frame)
                        .put(tail)
                        .flip()
                : ByteBuffer.wrap((isLast ? END : "").getBytes(StandardCharsets.US_ASCII));
    }
}
