package dev.millrace.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * A server that speaks Kinesis as far as {@code PutRecords} goes, and lists shards that it is told of, as idle ones if it is
 * told so: it keeps to the limits of requests and records, and refuses the records that it is told to, one by one. What it has
 * taken is in {@link #taken}, in order.
 */
public final class KinesisPeer implements AutoCloseable {
    /** A record it has taken. */
    public record Taken(String stream, String partitionKey, byte[] data) {
        public String text() {
            return new String(data, StandardCharsets.UTF_8);
        }
    }

    private static final int MAX_RECORDS = 500;
    private static final int MAX_REQUEST_BYTES = 5 << 20;
    private static final int MAX_RECORD_BYTES = 1 << 20;
    private static final String LARGEST_HASH = "340282366920938463463374607431768211455";

    private final ObjectMapper cbor = new ObjectMapper(new CBORFactory());
    private final HttpServer server;
    private final Set<String> streams;
    private final List<Taken> taken = new ArrayList<>();
    private final List<Integer> requestSizes = new ArrayList<>();
    private List<String> shards = List.of();
    private Predicate<Taken> refuse = candidate -> false;
    /** How far readers are behind the end of a shard, or less than nothing where shards cannot be read. */
    private long behindMillis = -1;

    private String answered = "shardId-000000000000";

    private KinesisPeer(HttpServer server, Set<String> streams) {
        this.server = server;
        this.streams = streams;
    }

    /** Starts one that has the streams named. */
    public static KinesisPeer start(String... streams) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        KinesisPeer peer = new KinesisPeer(server, Set.of(streams));
        server.createContext("/", peer::answer);
        server.start();
        return peer;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** A client of it, to be closed. */
    public KinesisClient client() {
        return KinesisClient.builder()
                .endpointOverride(endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    /** From now on refuses the records for which {@code predicate} is true, as if throttled. */
    public synchronized void refuse(Predicate<Taken> predicate) {
        refuse = predicate;
    }

    /** From now on lists these shards, open and without parents, of whatever stream. */
    public synchronized void list(String... shardIds) {
        shards = List.of(shardIds);
    }

    /** From now on whoever reads a shard finds nothing, and nothing behind it. */
    public synchronized void beIdle() {
        behindMillis = 0;
    }

    /** From now on whoever reads a shard finds nothing yet, and is told that more is to come. */
    public synchronized void beBehind() {
        behindMillis = 60_000;
    }

    /** From now on says of each record that it came to this shard. */
    public synchronized void answer(String shardId) {
        answered = shardId;
    }

    public synchronized List<Taken> taken() {
        return List.copyOf(taken);
    }

    /** How many records each request had. */
    public synchronized List<Integer> requestSizes() {
        return List.copyOf(requestSizes);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode request = cbor.readTree(exchange.getRequestBody());
            String stream = request.path("StreamName").asText();
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            if ("Kinesis_20131202.ListShards".equals(target) && !listed().isEmpty()) {
                reply(exchange, 200, listing());
            } else if ("Kinesis_20131202.GetShardIterator".equals(target) && behind() >= 0) {
                reply(exchange, 200, cbor.createObjectNode().put("ShardIterator", "end"));
            } else if ("Kinesis_20131202.GetRecords".equals(target) && behind() >= 0) {
                ObjectNode nothing = cbor.createObjectNode().put("MillisBehindLatest", behind());
                nothing.putArray("Records");
                reply(exchange, 200, nothing.put("NextShardIterator", "end"));
            } else if (!"Kinesis_20131202.PutRecords".equals(target)) {
                error(exchange, "UnknownOperationException", "only PutRecords");
            } else if (!streams.contains(stream)) {
                error(exchange, "ResourceNotFoundException", "Stream " + stream + " under account 0 not found.");
            } else {
                putRecords(exchange, stream, request.path("Records"));
            }
        }
    }

    private synchronized List<String> listed() {
        return shards;
    }

    private synchronized long behind() {
        return behindMillis;
    }

    private ObjectNode listing() {
        ObjectNode reply = cbor.createObjectNode();
        for (String shardId : listed()) {
            ObjectNode shard = reply.withArray("Shards").addObject().put("ShardId", shardId);
            shard.putObject("HashKeyRange").put("StartingHashKey", "0").put("EndingHashKey", LARGEST_HASH);
            shard.putObject("SequenceNumberRange").put("StartingSequenceNumber", "1");
        }
        return reply;
    }

    private void putRecords(HttpExchange exchange, String stream, JsonNode records) throws IOException {
        List<Taken> candidates = new ArrayList<>();
        long bytes = 0;
        boolean tooLarge = records.size() > MAX_RECORDS || records.isEmpty();
        for (JsonNode entry : records) {
            Taken candidate = new Taken(
                    stream,
                    entry.path("PartitionKey").asText(),
                    entry.path("Data").binaryValue());
            long size =
                    (long) candidate.data().length + candidate.partitionKey().getBytes(StandardCharsets.UTF_8).length;
            tooLarge |= size > MAX_RECORD_BYTES || candidate.partitionKey().isEmpty();
            bytes += size;
            candidates.add(candidate);
        }
        if (tooLarge || bytes > MAX_REQUEST_BYTES) {
            error(exchange, "InvalidArgumentException", "beyond the limits: " + records.size() + ", " + bytes);
            return;
        }
        reply(exchange, 200, take(candidates));
    }

    private synchronized ObjectNode take(List<Taken> candidates) {
        requestSizes.add(candidates.size());
        ObjectNode reply = cbor.createObjectNode();
        int failed = 0;
        for (Taken candidate : candidates) {
            ObjectNode result = reply.withArray("Records").addObject();
            if (refuse.test(candidate)) {
                failed++;
                result.put("ErrorCode", "ProvisionedThroughputExceededException")
                        .put("ErrorMessage", "Rate exceeded for shard shardId-000000000000");
            } else {
                taken.add(candidate);
                result.put("SequenceNumber", Integer.toString(taken.size())).put("ShardId", answered);
            }
        }
        return reply.put("FailedRecordCount", failed);
    }

    private void error(HttpExchange exchange, String type, String message) throws IOException {
        reply(exchange, 400, cbor.createObjectNode().put("__type", type).put("message", message));
    }

    private void reply(HttpExchange exchange, int status, ObjectNode body) throws IOException {
        byte[] bytes = cbor.writeValueAsBytes(body);
        exchange.getResponseHeaders().add("Content-Type", "application/x-amz-cbor-1.1");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
