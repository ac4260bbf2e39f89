package dev.millrace.local.packaged;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Reads the requests of the Runtime API for {@link RuntimeApi}. */
final class RuntimeApiHandler extends Handler.Abstract {
    /** Lambda's limit for a response. */
    static final int MAX_RESPONSE_BYTES = 6 * 1024 * 1024;

    static final String HOST = "127.0.0.1";

    private static final String INVOCATION = "/2018-06-01/runtime/invocation/";
    private static final String INIT_ERROR = "/2018-06-01/runtime/init/error";

    private final Map<Connector, RuntimeSession> sessions = new ConcurrentHashMap<>();

    void add(Connector port, RuntimeSession session) {
        sessions.put(port, session);
    }

    void remove(Connector port) {
        sessions.remove(port);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        RuntimeSession session = sessions.get(request.getConnectionMetaData().getConnector());
        String path = Request.getPathInContext(request);
        if (session == null) {
            return false;
        }
        if (!isFunctions(request)) {
            answer(response, callback, HttpStatus.FORBIDDEN_403, "{\"errorType\":\"Forbidden\"}");
            return true;
        }
        if (request.getMethod().equals("GET") && path.equals(INVOCATION + "next")) {
            boolean isTaken = session.next((headers, event) -> {
                headers.forEach(response.getHeaders()::put);
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
                response.write(true, event, callback);
            });
            if (!isTaken) {
                answer(response, callback, HttpStatus.FORBIDDEN_403, "{\"errorType\":\"AlreadyPolling\"}");
            }
            return true;
        }
        if (request.getMethod().equals("POST")) {
            byte[] body = body(request);
            if (path.equals(INIT_ERROR)) {
                session.initializationFailed(ErrorBody.describe(body));
                answer(response, callback, HttpStatus.ACCEPTED_202, "{\"status\":\"OK\"}");
                return true;
            }
            String[] idAndKind = path.startsWith(INVOCATION)
                    ? path.substring(INVOCATION.length()).split("/", -1)
                    : new String[0];
            if (idAndKind.length == 2) {
                return takeOutcome(session, idAndKind[0], idAndKind[1], body, response, callback);
            }
        }
        return false;
    }

    /** No web page may ask: a browser names the page's origin, and a page that goes by another name for this host says so. */
    private static boolean isFunctions(Request request) {
        String host = request.getHeaders().get(HttpHeader.HOST);
        String own = HOST + ":" + Request.getLocalPort(request);
        return own.equals(host) && !request.getHeaders().contains(HttpHeader.ORIGIN);
    }

    private static boolean takeOutcome(
            RuntimeSession session, String id, String kind, byte[] body, Response response, Callback callback) {
        boolean isTooLarge = body.length > MAX_RESPONSE_BYTES;
        boolean isKnown;
        if (kind.equals("response") && !isTooLarge) {
            isKnown = session.succeeded(id, body);
        } else if (kind.equals("response")) {
            isKnown = session.failed(id, "the response is larger than 6 MB");
        } else if (kind.equals("error")) {
            isKnown = session.failed(id, ErrorBody.describe(body));
        } else {
            return false;
        }
        if (!isKnown) {
            answer(response, callback, HttpStatus.BAD_REQUEST_400, "{\"errorType\":\"InvalidRequestID\"}");
        } else if (isTooLarge) {
            answer(response, callback, HttpStatus.PAYLOAD_TOO_LARGE_413, "{\"errorType\":\"RequestEntityTooLarge\"}");
        } else {
            answer(response, callback, HttpStatus.ACCEPTED_202, "{\"status\":\"OK\"}");
        }
        return true;
    }

    /** At most a byte more than a response may have; the rest is passed over. */
    private static byte[] body(Request request) throws IOException {
        try (InputStream in = Content.Source.asInputStream(request)) {
            byte[] body = in.readNBytes(MAX_RESPONSE_BYTES + 1);
            long unused = in.skip(Long.MAX_VALUE);
            return body;
        }
    }

    private static void answer(Response response, Callback callback, int status, String body) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        Content.Sink.write(response, true, body, callback);
    }
}
