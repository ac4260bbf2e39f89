package dev.millrace.local.simulator;

import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/** Asks the service as it is asked: for bugs that ask otherwise. */
class ForwardingDynamoDb implements DynamoDbClient {
    final DynamoDbClient service;

    ForwardingDynamoDb(DynamoDbClient service) {
        this.service = service;
    }

    @Override
    public PutItemResponse putItem(PutItemRequest request) {
        return service.putItem(request);
    }

    @Override
    public GetItemResponse getItem(GetItemRequest request) {
        return service.getItem(request);
    }

    @Override
    public QueryResponse query(QueryRequest request) {
        return service.query(request);
    }

    @Override
    public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
        return service.batchGetItem(request);
    }

    @Override
    public DeleteItemResponse deleteItem(DeleteItemRequest request) {
        return service.deleteItem(request);
    }

    @Override
    public String serviceName() {
        return service.serviceName();
    }

    @Override
    public void close() {
        service.close();
    }
}
