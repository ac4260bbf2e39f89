package dev.millrace.local.endpoint;

import dev.millrace.local.kinesis.EmbeddedKinesis;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kinesis and DynamoDB on one port of 127.0.0.1, over HTTP/1.1 and HTTP/2 without TLS. Nobody is authenticated: any
 * credentials will do, and whoever can reach this machine's loopback interface can use it.
 */
public final class LocalEndpoint implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalEndpoint.class);

    /** What to close, last started first. */
    private final Deque<AutoCloseable> parts;

    private final EmbeddedKinesis kinesis;
    private final int port;

    private LocalEndpoint(Deque<AutoCloseable> parts, EmbeddedKinesis kinesis, int port) {
        this.parts = parts;
        this.kinesis = kinesis;
        this.port = port;
    }

    /**
     * Starts the endpoint; when this returns, it answers requests.
     *
     * @throws LocalEndpointException if the port or the data directory is in use, or the platform is not supported
     */
    public static LocalEndpoint start(LocalEndpointOptions options) {
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        boolean started = false;
        try {
            Path directory = options.dataDirectory();
            if (directory != null) {
                parts.push(DirectoryLock.acquire(directory));
            }
            // Takes most of the time, so the rest goes on beside it.
            CompletableFuture<DynamoDbFront> dynamoDb = CompletableFuture.supplyAsync(() -> dynamoDb(options));
            parts.push(() -> dynamoDb.thenAccept(DynamoDbFront::close).join());
            EmbeddedKinesis kinesis = kinesis(options);
            parts.push(kinesis);
            HttpServer http = HttpServer.bind(options.port());
            parts.push(http);
            KinesisFront front = new KinesisFront(kinesis, options.clock());
            http.serve(new TargetHandler(front, joined(dynamoDb)));
            parts.push(front.subscriptions());
            started = true;
            return new LocalEndpoint(parts, kinesis, http.port());
        } finally {
            if (!started) {
                closeAll(parts);
            }
        }
    }

    private static DynamoDbFront dynamoDb(LocalEndpointOptions options) {
        Path directory = options.dataDirectory();
        try {
            return DynamoDbFront.start(directory == null ? null : directory.resolve("dynamodb"));
        } catch (IOException e) {
            throw new LocalEndpointException.DataDirectoryUnusable(String.valueOf(directory), e);
        }
    }

    private static EmbeddedKinesis kinesis(LocalEndpointOptions options) {
        Path directory = options.dataDirectory();
        if (directory == null) {
            return EmbeddedKinesis.inMemory(options.clock(), options.memoryLimitBytes());
        }
        try {
            return EmbeddedKinesis.inDirectory(directory.resolve("kinesis"), options.clock());
        } catch (IOException e) {
            throw new LocalEndpointException.DataDirectoryUnusable(directory.toString(), e);
        }
    }

    private static DynamoDbFront joined(CompletableFuture<DynamoDbFront> dynamoDb) {
        try {
            return dynamoDb.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof LocalEndpointException known) {
                throw known;
            }
            throw new LocalEndpointException("DynamoDB Local does not start: " + e.getCause(), e);
        }
    }

    /** The port it listens on. */
    public int port() {
        return port;
    }

    /** The address for SDKs and the AWS CLI. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** The same streams that clients see, without HTTP between. */
    public EmbeddedKinesis kinesis() {
        return kinesis;
    }

    /** Ends subscriptions, stops listening and closes all files. */
    @Override
    public void close() {
        closeAll(parts);
    }

    private static void closeAll(Deque<AutoCloseable> parts) {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.debug("Something did not close as it should", e);
            }
        }
    }
}
