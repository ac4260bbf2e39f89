package dev.millrace.lambda;

import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbServiceClientConfiguration;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/** A client of the same server as another, which adds up what DynamoDB says its requests took. */
final class CapacityMeter implements ExecutionInterceptor, AutoCloseable {
    private final DynamoDbClient client;
    private double written;
    private double read;

    CapacityMeter(DynamoDbClient like) {
        DynamoDbServiceClientConfiguration configuration = like.serviceClientConfiguration();
        this.client = DynamoDbClient.builder()
                .endpointOverride(configuration.endpointOverride().orElseThrow())
                .region(configuration.region())
                .credentialsProvider(configuration.credentialsProvider())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(override -> override.addExecutionInterceptor(this))
                .build();
    }

    DynamoDbClient client() {
        return client;
    }

    synchronized void reset() {
        written = 0;
        read = 0;
    }

    synchronized double written() {
        return written;
    }

    synchronized double read() {
        return read;
    }

    @Override
    public synchronized void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
        Object response = context.response();
        if (response instanceof PutItemResponse put) {
            written += units(put.consumedCapacity());
        } else if (response instanceof DeleteItemResponse delete) {
            written += units(delete.consumedCapacity());
        } else if (response instanceof GetItemResponse get) {
            read += units(get.consumedCapacity());
        } else if (response instanceof QueryResponse query) {
            read += units(query.consumedCapacity());
        } else if (response instanceof BatchGetItemResponse batch) {
            read += batch.consumedCapacity().stream()
                    .mapToDouble(CapacityMeter::units)
                    .sum();
        }
    }

    private static double units(ConsumedCapacity capacity) {
        return capacity.capacityUnits();
    }

    @Override
    public void close() {
        client.close();
    }
}
