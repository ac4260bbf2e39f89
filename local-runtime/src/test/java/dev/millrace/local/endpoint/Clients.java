package dev.millrace.local.endpoint;

import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** Real AWS SDK clients of an endpoint. */
final class Clients {
    private static final StaticCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("anybody", "anything"));

    private Clients() {}

    /** The SDK's default: CBOR. */
    static KinesisClient kinesis(URI endpoint) {
        return KinesisClient.builder()
                .endpointOverride(endpoint)
                .region(Region.EU_WEST_1)
                .credentialsProvider(CREDENTIALS)
                .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    /** JSON on the wire. */
    static KinesisClient kinesisOverJson(URI endpoint) {
        String property = SdkSystemSetting.CBOR_ENABLED.property();
        System.setProperty(property, "false");
        try {
            // The protocol is chosen when the client is built.
            return kinesis(endpoint);
        } finally {
            System.clearProperty(property);
        }
    }

    /** HTTP/2 with prior knowledge, the default of the asynchronous client. */
    static KinesisAsyncClient asyncKinesis(URI endpoint) {
        return KinesisAsyncClient.builder()
                .endpointOverride(endpoint)
                .region(Region.EU_WEST_1)
                .credentialsProvider(CREDENTIALS)
                .build();
    }

    static DynamoDbClient dynamoDb(URI endpoint, Region region, String accessKey) {
        return DynamoDbClient.builder()
                .endpointOverride(endpoint)
                .region(region)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, "anything")))
                .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }
}
