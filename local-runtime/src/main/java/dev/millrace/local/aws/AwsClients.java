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
    /**
     * These for a pipeline's state and streams, and clients of another place for its rows; to be closed instead of these. Only for
     * what a runner asks of them.
     *
     * @param stateTable the table of the pipeline's state
     */
    public AwsClients withRowsAt(AwsAddress address, String stateTable) {
        return new AwsClients(new RowsElsewhere(dynamoDb, stateTable, address.dynamoDb()), kinesis);
    }

    @Override
    public void close() {
        dynamoDb.close();
        kinesis.close();
    }
}
