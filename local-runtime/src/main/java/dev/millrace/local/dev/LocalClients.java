package dev.millrace.local.dev;

import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * Clients of the local endpoint. To be closed.
 *
 * @param dynamoDb safe for use by several threads, as is
 * @param kinesis likewise
 */
record LocalClients(DynamoDbClient dynamoDb, KinesisClient kinesis) implements AutoCloseable {
    private static final StaticCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));

    static LocalClients of(URI endpoint) {
        return new LocalClients(
                DynamoDbClient.builder()
                        .endpointOverride(endpoint)
                        .region(Region.US_EAST_1)
                        .credentialsProvider(CREDENTIALS)
                        .httpClient(UrlConnectionHttpClient.create())
                        .build(),
                KinesisClient.builder()
                        .endpointOverride(endpoint)
                        .region(Region.US_EAST_1)
                        .credentialsProvider(CREDENTIALS)
                        .httpClient(UrlConnectionHttpClient.create())
                        .build());
    }

    @Override
    public void close() {
        dynamoDb.close();
        kinesis.close();
    }
}
