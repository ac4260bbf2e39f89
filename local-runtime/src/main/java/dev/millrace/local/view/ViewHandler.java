package dev.millrace.local.view;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Answers with the page's files, from the jar, and with JSON. Only to who asks for this machine by its own name: a web page that has its
 * name resolved to 127.0.0.1 would come by that name, and is refused. There is nothing here that changes anything.
 */
final class ViewHandler extends Handler.Abstract {
    private static final Set<String> NAMES = Set.of("127.0.0.1", "localhost");
    private static final Set<String> METHODS = Set.of("GET", "HEAD");
    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain; charset=utf-8";

    private final Map<String, Content> files = Map.of(
            "/", file("index.html", "text/html; charset=utf-8"),
            "/view.css", file("view.css", "text/css; charset=utf-8"),
            "/view.js", file("view.js", "text/javascript; charset=utf-8"),
            "/topology.js", file("topology.js", "text/javascript; charset=utf-8"),
            "/icon.svg", file("icon.svg", "image/svg+xml"));
    private final ViewJson json;

    private record Content(String type, byte[] bytes) {}

    ViewHandler(ViewJson json) {
        this.json = json;
    }

    private static Content file(String name, String type) {
        try (InputStream in = ViewHandler.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the page's file " + name + " is not in the jar");
            }
            return new Content(type, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = Request.getPathInContext(request);
        HttpFields.Mutable headers = response.getHeaders();
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("Referrer-Policy", "no-referrer");
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
        headers.put(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
                        + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        Content file = files.get(path);
        if (!isForThisMachine(request.getHeaders().get(HttpHeader.HOST))) {
            answer(response, callback, 403, text("This page is at http://127.0.0.1 and http://localhost only.\n"));
        } else if (!METHODS.contains(request.getMethod())) {
            headers.put(HttpHeader.ALLOW, "GET, HEAD");
            answer(response, callback, 405, text("There is nothing here but to be read, with GET.\n"));
        } else if (file != null) {
            answer(response, callback, 200, file);
        } else if (path.equals("/api/view")) {
            answer(response, callback, 200, new Content(JSON, json.bytes()));
        } else {
            answer(response, callback, 404, text("There is / for people and /api/view for programs.\n"));
        }
        return true;
    }

    /** Whatever the port: it may be forwarded. */
    private static boolean isForThisMachine(@Nullable String host) {
        if (host == null) {
            return false;
        }
        int colon = host.indexOf(':');
        return NAMES.contains(colon < 0 ? host : host.substring(0, colon));
    }

    private static Content text(String text) {
        return new Content(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void answer(Response response, Callback callback, int status, Content content) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, content.type());
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.bytes().length);
        response.write(true, ByteBuffer.wrap(content.bytes()), callback);
    }
}
