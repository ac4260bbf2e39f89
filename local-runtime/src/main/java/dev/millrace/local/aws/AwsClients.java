package dev.millrace.local.aws;

import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * The SDK's clients of one place, see {@link AwsAddress}. To be closed.
 *
 * @param dynamoDb safe for use by several threads, as is
 * @param kinesis likewise
 */
public record AwsClients(DynamoDbClient dynamoDb, KinesisClient kinesis) implements AutoCloseable {
    @Override
    public void close() {
        dynamoDb.close();
        kinesis.close();
    }
}
