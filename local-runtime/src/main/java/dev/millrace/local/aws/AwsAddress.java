package dev.millrace.local.aws;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * Where Kinesis and DynamoDB are, and as whom to speak to them.
 *
 * @param endpoint the address of both, or null for AWS itself
 * @param environment the variables that may say a region and credentials, as the AWS CLI reads them
 */
public record AwsAddress(@Nullable URI endpoint, Map<String, String> environment) {
    private static final String LOCAL_REGION = "us-east-1";

    public AwsAddress {
        environment = Map.copyOf(environment);
    }

    /** An endpoint of our own, where any credentials will do. */
    public static AwsAddress local(URI endpoint) {
        return new AwsAddress(endpoint, Map.of("AWS_ACCESS_KEY_ID", "local", "AWS_SECRET_ACCESS_KEY", "local"));
    }

    /** AWS itself, in the region and with the credentials that the SDK's usual chain finds. */
    public static AwsAddress aws() {
        return new AwsAddress(null, System.getenv());
    }

    /** A client, to be closed. Asks no network for credentials or a region if the endpoint is this machine's own. */
    public KinesisClient kinesis() {
        return configured(KinesisClient.builder())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    /** A client that Kinesis can push records to, to be closed; otherwise as {@link #kinesis}. */
    public KinesisAsyncClient kinesisAsync() {
        return configured(KinesisAsyncClient.builder())
                .httpClientBuilder(NettyNioAsyncHttpClient.builder())
                .build();
    }

    /** A client, to be closed; otherwise as {@link #kinesis}. */
    public DynamoDbClient dynamoDb() {
        return configured(DynamoDbClient.builder())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    /** As {@link #dynamoDb}, for who does not wait for answers. */
    public DynamoDbAsyncClient dynamoDbAsync() {
        return configured(DynamoDbAsyncClient.builder())
                .httpClientBuilder(NettyNioAsyncHttpClient.builder())
                .build();
    }

    /** A client, to be closed; otherwise as {@link #kinesis}. */
    public CloudWatchAsyncClient cloudWatchAsync() {
        return configured(CloudWatchAsyncClient.builder())
                .httpClientBuilder(NettyNioAsyncHttpClient.builder())
                .build();
    }

    /**
     * Both clients, to be closed together.
     *
     * @param onDynamoDb sees each request of the client of DynamoDB, and what comes of it
     */
    public AwsClients clients(ExecutionInterceptor onDynamoDb) {
        DynamoDbClient watched = configured(DynamoDbClient.builder())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(configuration -> configuration.addExecutionInterceptor(onDynamoDb))
                .build();
        return new AwsClients(watched, kinesis());
    }

    /** Both clients, to be closed together. */
    public AwsClients clients() {
        return new AwsClients(dynamoDb(), kinesis());
    }

    /** Whether the endpoint is on this machine. */
    public boolean isLoopback() {
        String host = endpoint == null ? null : endpoint.getHost();
        return host != null && (host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]"));
    }

    /** Without the environment, which has secrets. */
    @Override
    public String toString() {
        return endpoint == null ? "AWS" : endpoint.toString();
    }

    private <B extends AwsClientBuilder<B, ?>> B configured(B builder) {
        URI override = endpoint;
        if (override == null) {
            return builder;
        }
        return builder.endpointOverride(override)
                .region(Region.of(environment.getOrDefault(
                        "AWS_REGION", environment.getOrDefault("AWS_DEFAULT_REGION", LOCAL_REGION))))
                .credentialsProvider(credentials());
    }

    private AwsCredentialsProvider credentials() {
        String id = environment.get("AWS_ACCESS_KEY_ID");
        String secret = environment.get("AWS_SECRET_ACCESS_KEY");
        String token = environment.get("AWS_SESSION_TOKEN");
        if (id != null && secret != null) {
            return StaticCredentialsProvider.create(
                    token == null
                            ? AwsBasicCredentials.create(id, secret)
                            : AwsSessionCredentials.create(id, secret, token));
        }
        return isLoopback()
                ? StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"))
                : DefaultCredentialsProvider.builder().build();
    }
}
