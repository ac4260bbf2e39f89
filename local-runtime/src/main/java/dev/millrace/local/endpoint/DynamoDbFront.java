package dev.millrace.local.endpoint;

import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBRequestHandler;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBServerHandler;
import com.amazonaws.services.dynamodbv2.model.ListTablesRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Amazon's DynamoDB Local, with its own request handler inside our server. One database for all regions and credentials;
 * with a directory, an SQLite file with SQLite's default rollback journal, which survives the end of the process at any
 * moment. Its telemetry belongs to its main class, which does not run here.
 */
final class DynamoDbFront extends Handler.Abstract {
    /** Kept, because java.util.logging forgets the levels of loggers that nobody refers to. */
    private static final Logger SQLITE_LOG = Logger.getLogger("com.almworks.sqlite4java");

    /**
     * DynamoDB Local insists on an access key of letters and digits, and logs it. It gets this one always, so that any
     * credentials or none will do, and none of the user's are logged.
     */
    private static final String AUTHORIZATION =
            "AWS4-HMAC-SHA256 Credential=millrace/20260101/us-east-1/dynamodb/aws4_request";

    /** DynamoDB's limit for a request. */
    static final int MAX_BODY_BYTES = 16 * 1024 * 1024;

    private final LocalDynamoDBServerHandler dynamoDb;

    private DynamoDbFront(LocalDynamoDBServerHandler dynamoDb) {
        this.dynamoDb = dynamoDb;
    }

    /** Starts DynamoDB Local, with its database in that directory (created if need be) or, if null, in memory. */
    static DynamoDbFront start(@Nullable Path directory) throws IOException {
        SQLITE_LOG.setLevel(Level.WARNING);
        NativeSqlite.load();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        LocalDynamoDBRequestHandler requests = new LocalDynamoDBRequestHandler(
                0, directory == null, directory == null ? null : directory.toString(), true, false);
        // Opens the database now: what is wrong with it shall show at the start, and the first request be fast.
        requests.listTables("millrace", "us-east-1", new ListTablesRequest());
        return new DynamoDbFront(new LocalDynamoDBServerHandler(requests, null));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        return dynamoDb.handle(new Anonymous(request), response, callback);
    }

    /** Whether a request says that it has more than DynamoDB takes. */
    static boolean isTooLarge(Request request) {
        return request.getLength() > MAX_BODY_BYTES;
    }

    /** Closes the database. */
    void close() {
        dynamoDb.close();
    }

    private static final class Anonymous extends Request.Wrapper {
        private long bytes;

        Anonymous(Request wrapped) {
            super(wrapped);
        }

        /** Ends with an error where a body whose length was not said turns out too large. */
        @Override
        public Content.@Nullable Chunk read() {
            Content.Chunk chunk = super.read();
            if (chunk == null || Content.Chunk.isFailure(chunk)) {
                return chunk;
            }
            bytes += chunk.remaining();
            if (bytes <= MAX_BODY_BYTES) {
                return chunk;
            }
            chunk.release();
            return Content.Chunk.from(new IOException("The request has more than " + MAX_BODY_BYTES + " bytes"), true);
        }

        @Override
        public HttpFields getHeaders() {
            return HttpFields.build(super.getHeaders()).put(HttpHeader.AUTHORIZATION, AUTHORIZATION);
        }
    }
}
