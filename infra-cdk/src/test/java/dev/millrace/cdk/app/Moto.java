package dev.millrace.cdk.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.lambda.LambdaClient;

/** A process of moto's server, which stands in for AWS. */
final class Moto implements AutoCloseable {
    private static final int START_SECONDS = 60;
    private static final String CREDENTIALS = "test";

    private final Process process;
    private final int port;
    private final List<SdkClient> clients = new ArrayList<>();

    private Moto(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts one on loopback, and waits until it accepts connections. */
    static Moto start(Path folder) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path log = folder.resolve("moto.log");
        Process process = new ProcessBuilder("moto_server", "-H", "127.0.0.1", "-p", String.valueOf(port))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Moto moto = new Moto(process, port);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!moto.accepts()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                moto.close();
                throw new IllegalStateException("moto_server did not start: " + Files.readString(log));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        return moto;
    }

    private boolean accepts() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** By name: moto takes a host that is an address for that of a bucket. */
    private URI endpoint() {
        return URI.create("http://localhost:" + port);
    }

    /** What leads the AWS CLI and the CDK CLI here. */
    Map<String, String> environment() {
        return Map.of(
                "AWS_ENDPOINT_URL",
                endpoint().toString(),
                "AWS_ACCESS_KEY_ID",
                CREDENTIALS,
                "AWS_SECRET_ACCESS_KEY",
                CREDENTIALS,
                "AWS_REGION",
                Region.US_EAST_1.id());
    }

    LambdaClient lambda() {
        return client(LambdaClient.builder());
    }

    DynamoDbClient dynamoDb() {
        return client(DynamoDbClient.builder());
    }

    KinesisClient kinesis() {
        return client(KinesisClient.builder());
    }

    /** To be closed with this. */
    private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C extends SdkClient> C client(B builder) {
        C client = builder.endpointOverride(endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(CREDENTIALS, CREDENTIALS)))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
        clients.add(client);
        return client;
    }

    @Override
    public void close() {
        clients.forEach(SdkClient::close);
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }
}
