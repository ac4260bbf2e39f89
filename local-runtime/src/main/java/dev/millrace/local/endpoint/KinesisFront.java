package dev.millrace.local.endpoint;

import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.kinesis.KinesisException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers Kinesis requests: reads the body, finds the action, and writes its reply or its error. */
final class KinesisFront {
    private static final Logger LOG = LoggerFactory.getLogger(KinesisFront.class);
    /** 5 MiB in Base64, and room for keys and field names. */
    private static final int MAX_BODY_BYTES = 10 * 1024 * 1024;
    /** A larger body is refused; so much of it is read and dropped, so that the client gets to see the answer. */
    private static final int MAX_DROPPED_BYTES = 64 * 1024 * 1024;

    private final EmbeddedKinesis kinesis;
    private final Map<String, Action> actions = new HashMap<>();
    private final OpenSubscriptions subscriptions = new OpenSubscriptions();

    /** What a request asks for. */
    @FunctionalInterface
    interface Action {
        Reply run(Parameters parameters);
    }

    KinesisFront(EmbeddedKinesis kinesis, Clock clock) {
        this.kinesis = kinesis;
        new StreamActions(kinesis).addTo(actions);
        new ShardActions(kinesis, clock).addTo(actions);
        new RecordActions(kinesis).addTo(actions);
        new TagActions(kinesis).addTo(actions);
        new ConsumerActions(kinesis, clock).addTo(actions);
    }

    /** Answers one request. */
    void handle(String action, Request request, Response response, Callback callback) throws IOException {
        Wire wire = Wire.of(request.getHeaders().get(HttpHeader.CONTENT_TYPE));
        Reply reply;
        try {
            byte[] body = body(request);
            if (wire == null) {
                throw Parameters.malformed(
                        "The Content-Type must be " + Wire.JSON.contentType() + " or " + Wire.CBOR.contentType());
            }
            reply = answer(action, wire, body);
        } catch (KinesisException e) {
            if (e.type() == KinesisException.Type.InternalFailure) {
                LOG.error("Kinesis {} failed", action, e);
            }
            reply = error(e.type(), String.valueOf(e.getMessage()), response);
        } catch (RuntimeException e) {
            LOG.error("Kinesis {} failed", action, e);
            reply = error(KinesisException.Type.InternalFailure, "The local endpoint failed: " + e, response);
        }
        Wire written = wire == null ? Wire.JSON : wire;
        if (reply instanceof ConsumerActions.Subscribed subscribed) {
            subscriptions.begun(SubscriptionResponse.begin(subscribed, written, request, response, callback));
        } else {
            write(written, reply, response, callback);
        }
    }

    /** The responses that stay open, to be closed before the server is. */
    AutoCloseable subscriptions() {
        return subscriptions;
    }

    private static Reply error(KinesisException.Type type, String message, Response response) {
        response.setStatus(type == KinesisException.Type.InternalFailure ? 500 : 400);
        response.getHeaders().put("x-amzn-ErrorType", type.name());
        return new ErrorReply(type.name(), message);
    }

    private Reply answer(String name, Wire wire, byte[] body) {
        if (name.equals("PutRecords")) {
            return RecordActions.putRecords(kinesis, PutRecordsParser.parse(wire, body));
        }
        Action action = actions.get(name);
        if (action == null) {
            throw new KinesisException(
                    KinesisException.Type.UnknownOperationException,
                    "The local endpoint has no Kinesis action " + name + ".");
        }
        return action.run(Parameters.parse(wire, body));
    }

    private static void write(Wire wire, Reply reply, Response response, Callback callback) throws IOException {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, wire.contentType());
        if (reply instanceof RecordActions.Records) {
            // Up to 10 MiB, more in Base64: written as it is made.
            try (OutputStream out = Content.Sink.asOutputStream(response)) {
                wire.write(reply, out);
            }
            callback.succeeded();
            return;
        }
        byte[] body = reply == Reply.EMPTY ? new byte[0] : wire.write(reply);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    private static byte[] body(Request request) throws IOException {
        try (InputStream in = Content.Source.asInputStream(request)) {
            if (request.getLength() <= MAX_BODY_BYTES) {
                byte[] body = in.readNBytes(MAX_BODY_BYTES + 1);
                if (body.length <= MAX_BODY_BYTES) {
                    return body;
                }
            }
            byte[] dropped = new byte[64 * 1024];
            for (long left = MAX_DROPPED_BYTES; left > 0; ) {
                int count = in.read(dropped);
                left = count < 0 ? 0 : left - count;
            }
            throw PutRecordsParser.tooLarge();
        }
    }
}
