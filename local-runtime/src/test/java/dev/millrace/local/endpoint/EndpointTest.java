package dev.millrace.local.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.local.NativeCache;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** The server around the services: what it listens to, what it refuses, how it starts. */
class EndpointTest {
    private static LocalEndpoint endpoint;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @BeforeAll
    static void start() {
        endpoint = LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0));
    }

    @AfterAll
    static void stop() {
        endpoint.close();
    }

    static void createTable(DynamoDbClient client, String name) {
        client.createTable(b -> b.tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .keySchema(KeySchemaElement.builder()
                        .attributeName("id")
                        .keyType(KeyType.HASH)
                        .build())
                .attributeDefinitions(AttributeDefinition.builder()
                        .attributeName("id")
                        .attributeType(ScalarAttributeType.S)
                        .build()));
    }

    static Map<String, AttributeValue> item(String id) {
        return Map.of("id", AttributeValue.fromS(id));
    }

    @Test
    void theAsyncClientUsesHttp2() {
        try (KinesisAsyncClient client = Clients.asyncKinesis(endpoint.uri())) {
            client.createStream(b -> b.streamName("async").shardCount(1)).join();
            byte[] large = new byte[1024 * 1024 - 1];
            List<String> puts = IntStream.range(0, 20)
                    .mapToObj(i -> client.putRecord(
                            b -> b.streamName("async").partitionKey("k").data(SdkBytes.fromByteArray(large))))
                    .toList()
                    .stream()
                    .map(future -> future.join().sequenceNumber())
                    .toList();
            assertThat(puts).hasSize(20).doesNotHaveDuplicates();
            String iterator = client.getShardIterator(b -> b.streamName("async")
                            .shardId("shardId-000000000000")
                            .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                    .join()
                    .shardIterator();
            assertThat(client.getRecords(b -> b.shardIterator(iterator)).join().records())
                    .hasSize(10);
        }
    }

    @Test
    void dynamoDbIsOneDatabaseForAllRegionsAndCredentials() {
        try (DynamoDbClient here = Clients.dynamoDb(endpoint.uri(), Region.EU_WEST_1, "one");
                DynamoDbClient there = Clients.dynamoDb(endpoint.uri(), Region.US_EAST_1, "with+odd/characters")) {
            createTable(here, "table");
            here.putItem(b -> b.tableName("table").item(item("a")));
            assertThat(there.getItem(b -> b.tableName("table").key(item("a"))).item())
                    .isEqualTo(item("a"));
            assertThatThrownBy(() -> there.putItem(
                            b -> b.tableName("table").item(item("a")).conditionExpression("attribute_not_exists(id)")))
                    .isInstanceOf(ConditionalCheckFailedException.class);
        }
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder post(String body, String... headers) {
        return HttpRequest.newBuilder(endpoint.uri()).headers(headers).POST(HttpRequest.BodyPublishers.ofString(body));
    }

    @Test
    void itSaysWhatItIs() throws Exception {
        HttpResponse<String> response =
                send(HttpRequest.newBuilder(endpoint.uri().resolve("/")));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("Millrace", "Kinesis", "DynamoDB");
        assertThat(response.headers().firstValue("x-amzn-RequestId")).isPresent();
    }

    @Test
    void unknownTargetsAreRefusedAsAwsDoes() throws Exception {
        for (String target : List.of("Kinesis_20131202.Nonsense", "SQS.SendMessage", "DynamoDB_1.X")) {
            HttpResponse<String> response =
                    send(post("{}", "X-Amz-Target", target, "Content-Type", "application/x-amz-json-1.1"));
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).contains("\"__type\":\"UnknownOperationException\"");
            assertThat(response.headers().firstValue("x-amzn-ErrorType")).contains("UnknownOperationException");
        }
        assertThat(send(post("{}", "X-Other", "1")).body()).contains("X-Amz-Target");
    }

    @Test
    void malformedRequestsAreSerializationErrors() throws Exception {
        for (String body : List.of("{", "[]", "{\"Records\": 1}", "{\"Records\": [{\"Data\": 7}]}")) {
            HttpResponse<String> response = send(post(
                    body, "X-Amz-Target", "Kinesis_20131202.PutRecords", "Content-Type", "application/x-amz-json-1.1"));
            assertThat(response.body()).as(body).contains("SerializationException");
        }
        assertThat(send(post("{}", "X-Amz-Target", "Kinesis_20131202.ListStreams", "Content-Type", "text/plain"))
                        .body())
                .contains("SerializationException");
    }

    @Test
    void webPagesOfOtherOriginsAreRefused() throws Exception {
        String[] headers = {
            "X-Amz-Target", "Kinesis_20131202.ListStreams", "Content-Type", "application/x-amz-json-1.1", "Origin", ""
        };
        headers[5] = "https://example.com";
        assertThat(send(post("{}", headers)).statusCode()).isEqualTo(400);
        headers[5] = "http://localhost:3000";
        assertThat(send(post("{}", headers)).statusCode()).isEqualTo(200);
    }

    @Test
    void itListensOnLoopbackOnly() throws Exception {
        List<InetAddress> others = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress())
                .toList();
        for (InetAddress address : others) {
            try (Socket socket = new Socket()) {
                assertThatThrownBy(() -> socket.connect(new InetSocketAddress(address, endpoint.port()), 2000))
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void aPortInUseIsExplained() {
        LocalEndpointOptions options = LocalEndpointOptions.defaults().withPort(endpoint.port());
        assertThatThrownBy(() -> LocalEndpoint.start(options))
                .isInstanceOf(LocalEndpointException.PortInUse.class)
                .hasMessageContaining("--port");
    }

    @Test
    void aDataDirectoryIsForOneProcessAndKeepsEverything(@TempDir Path directory) {
        LocalEndpointOptions options =
                LocalEndpointOptions.defaults().withPort(0).withDataDirectory(directory);
        try (LocalEndpoint first = LocalEndpoint.start(options);
                DynamoDbClient client = Clients.dynamoDb(first.uri(), Region.US_EAST_1, "one")) {
            assertThatThrownBy(() -> LocalEndpoint.start(options))
                    .isInstanceOf(LocalEndpointException.DataDirectoryInUse.class)
                    .hasMessageContaining("--data-dir");
            createTable(client, "table");
            first.kinesis().createStream("s", 1, false, Map.of());
        }
        try (LocalEndpoint second = LocalEndpoint.start(options);
                DynamoDbClient client = Clients.dynamoDb(second.uri(), Region.US_EAST_1, "one")) {
            assertThat(client.listTables().tableNames()).containsExactly("table");
            assertThat(second.kinesis().streamNames()).containsExactly("s");
        }
    }

    @Test
    void theNativeLibraryIsInstalledForTheOwnerOnlyAndRepaired(@TempDir Path directory) throws Exception {
        Path target = directory.resolve("native");
        Path installed = NativeCache.install(target, "lib.so", new byte[] {1, 2, 3});
        Files.write(target.resolve("lib.so"), new byte[] {9});
        Path again = NativeCache.install(target, "lib.so", new byte[] {1, 2, 3});
        assertThat(again)
                .isEqualTo(installed)
                .isEqualTo(target.resolve("lib.so"))
                .hasBinaryContent(new byte[] {1, 2, 3});
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
                .isEqualTo("rwx------");
        assertThat(NativeSqlite.resource("Linux/aarch64", "libsqlite4java.so")).isNotEmpty();
        assertThatThrownBy(() -> NativeSqlite.resource("Plan9/mips", "libsqlite4java.so"))
                .isInstanceOf(LocalEndpointException.UnsupportedPlatform.class)
                .hasMessageContaining("Plan9/mips");
    }

    @Test
    void theAddressIsLoopback() {
        assertThat(endpoint.uri()).isEqualTo(URI.create("http://127.0.0.1:" + endpoint.port()));
    }
}
