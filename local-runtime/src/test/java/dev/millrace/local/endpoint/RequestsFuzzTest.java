package dev.millrace.local.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;

/** Requests that anything has been done to: each is answered, as AWS would, and the endpoint is as well as before. */
class RequestsFuzzTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper CBOR = new ObjectMapper(new CBORFactory());
    private static final Duration HANG = Duration.ofSeconds(20);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final List<String> ACTIONS =
            Requests.KINESIS.keySet().stream().sorted().toList();
    private static final LocalEndpoint ENDPOINT = start();

    private static LocalEndpoint start() {
        LocalEndpoint endpoint =
                LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0));
        endpoint.kinesis().createStream("s", 2, false, Map.of());
        endpoint.kinesis().createStream("kept", 2, false, Map.of());
        return endpoint;
    }

    @AfterContainer
    static void stop() {
        ENDPOINT.close();
    }

    private static HttpResponse<byte[]> send(String target, String contentType, byte[] body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(ENDPOINT.uri())
                .header("X-Amz-Target", target)
                .header("Content-Type", contentType)
                .timeout(HANG)
                .POST(BodyPublishers.ofByteArray(body))
                .build();
        return HTTP.send(request, BodyHandlers.ofByteArray());
    }

    private static HttpResponse<byte[]> kinesis(String action, boolean isCbor, byte[] body) throws Exception {
        return send("Kinesis_20131202." + action, isCbor ? Wire.CBOR.contentType() : Wire.JSON.contentType(), body);
    }

    /** A success, or an error of the client's, in the form that SDKs read. */
    private static void assertAnswered(HttpResponse<byte[]> response, ObjectMapper form) throws IOException {
        String text = new String(response.body(), StandardCharsets.UTF_8);
        assertThat(response.statusCode()).as(text).isIn(200, 400);
        if (response.statusCode() == 400) {
            JsonNode error = form.readTree(response.body());
            assertThat(error.path("__type").asText()).as(text).matches("[A-Za-z]+(Exception|Failure)");
            assertThat(error.path("message").asText()).as(text).isNotBlank();
            assertThat(response.headers().firstValue("x-amzn-ErrorType"))
                    .hasValue(error.path("__type").asText());
        }
    }

    @Property
    void aRequestToKinesis_isAnswered(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        String action = ACTIONS.get(random.nextInt(ACTIONS.size()));
        boolean isCbor = random.nextBoolean();
        byte[] body = Requests.mutated(Requests.body(action), isCbor, random);

        assertAnswered(kinesis(action, isCbor, body), isCbor ? CBOR : JSON);
    }

    /** Whatever has been put can be read again; from a stream that nothing else is done to. */
    @Property(tries = 200)
    void whatWasPut_canBeRead(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        boolean isCbor = random.nextBoolean();
        String valid = new String(Requests.body("PutRecords"), StandardCharsets.UTF_8).replace("\"s\"", "\"kept\"");
        byte[] put = Requests.mutated(valid.getBytes(StandardCharsets.UTF_8), isCbor, random);
        kinesis("PutRecords", isCbor, put);
        for (String shard : List.of("shardId-000000000000", "shardId-000000000001")) {
            byte[] iterator = kinesis(
                            "GetShardIterator",
                            false,
                            ("{\"StreamName\":\"kept\",\"ShardId\":\"" + shard
                                            + "\",\"ShardIteratorType\":\"TRIM_HORIZON\"}")
                                    .getBytes(StandardCharsets.UTF_8))
                    .body();
            HttpResponse<byte[]> read = kinesis("GetRecords", false, iterator);
            assertThat(read.statusCode()).isEqualTo(200);
            assertThat(JSON.readTree(read.body()).path("Records").isArray()).isTrue();
        }
    }

    /** DynamoDB Local reads these itself, and answers what it cannot read with a failure of its own, not the client's. */
    @Property(tries = 200)
    void aRequestToDynamoDb_isAnswered(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        String valid = random.nextBoolean()
                ? "{'TableName':'t','Key':{'id':{'S':'a'}},'ConsistentRead':true}"
                : "{'TableName':'t','Item':{'id':{'S':'a'},'n':{'N':'17'},'b':{'B':'aGk='}}}";
        String action = random.nextBoolean() ? "GetItem" : "PutItem";
        byte[] body = Requests.mutated(valid.replace('\'', '"').getBytes(StandardCharsets.UTF_8), false, random);

        HttpResponse<byte[]> response = send("DynamoDB_20120810." + action, "application/x-amz-json-1.0", body);

        String text = new String(response.body(), StandardCharsets.UTF_8);
        assertThat(response.statusCode()).as(text).isIn(400, 500);
        assertThat(JSON.readTree(response.body()).path("__type").asText())
                .as(text)
                .matches(response.statusCode() == 500 ? ".*#InternalFailure" : ".*#[A-Za-z]+Exception");
    }

    @Property(tries = 300)
    void aTargetThatIsNone_isAnswered(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        List<String> targets = List.of("Kinesis_20131202.", "Firehose_20150804.", "");
        StringBuilder target = new StringBuilder(targets.get(random.nextInt(targets.size())));
        for (int left = random.nextInt(20); left > 0; left--) {
            target.append((char) (0x21 + random.nextInt(0x5e)));
        }
        HttpResponse<byte[]> response = send(target.toString(), Wire.JSON.contentType(), new byte[] {'{', '}'});

        assertThat(response.statusCode()).as(target.toString()).isEqualTo(400);
        assertThat(new String(response.body(), StandardCharsets.UTF_8))
                .as(target.toString())
                .contains("UnknownOperationException");
    }

    /** Each of these once ended in a 500, or without an answer. */
    @Example
    void whatOnceWentWrong_isRefused() throws Exception {
        List<String> bodies = List.of(
                "{'StreamName':'s','ShardId':'shardId-000000000001','ShardIteratorType':'AT_TIMESTAMP','Timestamp':1e400}",
                "{'StreamName':'s','ShardId':'shardId-000000000001','ShardIteratorType':'AT_TIMESTAMP','Timestamp':1e300}",
                "{'StreamName':'s','ShardId':'\\ud800','ShardIteratorType':'LATEST'}",
                "{'StreamName':'\\ud800','Tags':{'a':'b'}}",
                "{'StreamName':'s','Tags':{'a':'\\ud800'}}",
                "{'StreamName':'s','Data':'','PartitionKey':'\\udc00'}");
        List<String> actions = List.of(
                "GetShardIterator",
                "GetShardIterator",
                "GetShardIterator",
                "AddTagsToStream",
                "AddTagsToStream",
                "PutRecord");
        for (int i = 0; i < bodies.size(); i++) {
            byte[] body = bodies.get(i).replace('\'', '"').getBytes(StandardCharsets.UTF_8);
            HttpResponse<byte[]> response = kinesis(actions.get(i), false, body);
            assertThat(response.statusCode()).as(bodies.get(i)).isEqualTo(400);
            assertAnswered(response, JSON);
        }
    }

    @Example
    void deepNesting_isRefused() throws Exception {
        for (String open : List.of("[", "{\"a\":", "{\"Records\":[{\"b\":[")) {
            byte[] deep = open.repeat(200_000).getBytes(StandardCharsets.UTF_8);
            for (String action : List.of("PutRecords", "PutRecord")) {
                HttpResponse<byte[]> response = kinesis(action, false, deep);
                assertThat(response.statusCode()).isEqualTo(400);
                assertAnswered(response, JSON);
            }
            byte[] arrays = new byte[200_000];
            Arrays.fill(arrays, (byte) 0x81);
            HttpResponse<byte[]> cbor = kinesis("PutRecords", true, arrays);
            assertThat(cbor.statusCode()).isEqualTo(400);
            assertAnswered(cbor, CBOR);
        }
    }

    /** 16 MB for DynamoDB; for Kinesis see KinesisLimitsTest. */
    @Example
    void aBodyThatIsTooLarge_isRefused() throws Exception {
        String head = "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DynamoDB_20120810.PutItem\r\n";

        assertThat(raw(head + "Content-Length: 2147483648\r\n\r\n", new byte[10]))
                .startsWith("HTTP/1.1 413");
        HttpRequest chunked = HttpRequest.newBuilder(ENDPOINT.uri())
                .header("X-Amz-Target", "DynamoDB_20120810.PutItem")
                .timeout(HANG)
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[17 << 20])))
                .build();
        List<String> outcome = new ArrayList<>();
        try {
            outcome.add(
                    String.valueOf(HTTP.send(chunked, BodyHandlers.ofString()).statusCode()));
        } catch (IOException e) {
            outcome.add("closed");
        }
        assertThat(outcome).doesNotContain("200");
        assertAnswered(kinesis("ListStreams", false, new byte[0]), JSON);
    }

    /** What a client that speaks no HTTP would send. */
    @Property(tries = 200)
    void whatIsNoHttp_isAnsweredOrClosed(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        String valid = "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: Kinesis_20131202.ListStreams\r\n"
                + "Content-Type: application/x-amz-json-1.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
        byte[] bytes = valid.getBytes(StandardCharsets.ISO_8859_1);
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        String answer = raw("", bytes);
        assertThat(answer)
                .satisfiesAnyOf(
                        some -> assertThat(some).isEmpty(),
                        some -> assertThat(some).matches("(?s)HTTP/1\\.. ([1234]|505).*"));
    }

    /** What is answered to these bytes until the connection is closed. */
    private static String raw(String head, byte[] body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), ENDPOINT.port())) {
            socket.setSoTimeout((int) HANG.toMillis());
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(body);
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (SocketException e) {
            // Closed with bytes unread.
            return "";
        }
    }
}
