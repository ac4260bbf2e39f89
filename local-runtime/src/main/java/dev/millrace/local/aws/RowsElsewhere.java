package dev.millrace.local.aws;

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

/**
 * A client for a pipeline whose state is at one place and whose rows go to another. Takes what a runner asks for, and nothing else.
 * Closes both.
 */
final class RowsElsewhere implements DynamoDbClient {
    private final DynamoDbClient state;
    private final String stateTable;
    private final DynamoDbClient rows;

    /** @param stateTable the one table that is at {@code state} */
    RowsElsewhere(DynamoDbClient state, String stateTable, DynamoDbClient rows) {
        this.state = state;
        this.stateTable = stateTable;
        this.rows = rows;
    }

    @Override
    public PutItemResponse putItem(PutItemRequest request) {
        return (request.tableName().equals(stateTable) ? state : rows).putItem(request);
    }

    @Override
    public GetItemResponse getItem(GetItemRequest request) {
        return state.getItem(request);
    }

    @Override
    public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
        return state.batchGetItem(request);
    }

    @Override
    public QueryResponse query(QueryRequest request) {
        return state.query(request);
    }

    @Override
    public DeleteItemResponse deleteItem(DeleteItemRequest request) {
        return state.deleteItem(request);
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {
        rows.close();
        state.close();
    }
}
