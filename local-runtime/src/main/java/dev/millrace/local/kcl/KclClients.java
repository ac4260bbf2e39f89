package dev.millrace.local.kcl;

import dev.millrace.local.aws.AwsAddress;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/**
 * The clients that KCL wants. To be closed.
 *
 * @param cloudWatch is asked for nothing: KCL's metrics are off
 */
record KclClients(KinesisAsyncClient kinesis, DynamoDbAsyncClient dynamoDb, CloudWatchAsyncClient cloudWatch)
        implements AutoCloseable {
    static KclClients of(AwsAddress address) {
        return new KclClients(address.kinesisAsync(), address.dynamoDbAsync(), address.cloudWatchAsync());
    }

    @Override
    public void close() {
        kinesis.close();
        dynamoDb.close();
        cloudWatch.close();
    }
}
