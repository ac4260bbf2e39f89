package dev.millrace.local.endpoint;

import dev.millrace.local.kinesis.KinesisException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.UUID;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Sends each request to the service that its X-Amz-Target header names. */
final class TargetHandler extends Handler.Abstract {
    private static final String KINESIS = "Kinesis_20131202.";
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final KinesisFront kinesis;
    private final DynamoDbFront dynamoDb;

    TargetHandler(KinesisFront kinesis, DynamoDbFront dynamoDb) {
        this.kinesis = kinesis;
        this.dynamoDb = dynamoDb;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        response.getHeaders().put("x-amzn-RequestId", UUID.randomUUID().toString());
        String target = request.getHeaders().get("X-Amz-Target");
        if (foreign(request.getHeaders().get(HttpHeader.ORIGIN))) {
            refuse(request, response, callback, "A web page of another origin may not use this endpoint.");
        } else if (target == null) {
            withoutTarget(request, response, callback);
        } else if (target.startsWith(KINESIS)) {
            kinesis.handle(target.substring(KINESIS.length()), request, response, callback);
        } else if (target.startsWith("DynamoDB_20120810.") || target.startsWith("DynamoDBStreams_20120810.")) {
            if (!DynamoDbFront.isTooLarge(request)) {
                return dynamoDb.handle(request, response, callback);
            }
            refuse(
                    request,
                    response,
                    callback,
                    413,
                    "RequestEntityTooLarge",
                    "A request to DynamoDB may have " + DynamoDbFront.MAX_BODY_BYTES + " bytes, and this one has "
                            + request.getLength() + ".");
        } else {
            refuse(
                    request,
                    response,
                    callback,
                    "This endpoint serves Kinesis_20131202, DynamoDB_20120810 and"
                            + " DynamoDBStreams_20120810, but the request's X-Amz-Target is another.");
        }
        return true;
    }

    /** Browsers name the page that a request comes from; no page but a local one has any business here. */
    private static boolean foreign(@Nullable String origin) {
        if (origin == null) {
            return false;
        }
        try {
            String host = URI.create(origin).getHost();
            return host == null || !LOOPBACK.contains(host);
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    private static void withoutTarget(Request request, Response response, Callback callback) {
        if (request.getMethod().equals("GET")
                && Request.getPathInContext(request).equals("/")) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
            Content.Sink.write(response, true, """
                    Millrace's local AWS endpoint: Kinesis Data Streams and DynamoDB.
                    Point an AWS SDK or the AWS CLI at this address, with any region and credentials.
                    """, callback);
        } else {
            refuse(
                    request,
                    response,
                    callback,
                    "The request has no X-Amz-Target header. This endpoint serves Kinesis and"
                            + " DynamoDB, whose requests have one.");
        }
    }

    private static void refuse(Request request, Response response, Callback callback, String message) {
        refuse(request, response, callback, 400, KinesisException.Type.UnknownOperationException.name(), message);
    }

    private static void refuse(
            Request request, Response response, Callback callback, int status, String type, String message) {
        if (request.getConnectionMetaData().getHttpVersion().getVersion() < HttpVersion.HTTP_2.getVersion()) {
            // The request's body is not read, so the connection cannot be used again, and the client must know.
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        byte[] body = Wire.JSON.write(new ErrorReply(type, message));
        response.setStatus(status);
        response.getHeaders().put("x-amzn-ErrorType", type);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Wire.JSON.contentType());
        Content.Sink.write(response, true, new String(body, StandardCharsets.UTF_8), callback);
    }
}
