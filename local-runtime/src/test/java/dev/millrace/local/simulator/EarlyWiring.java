package dev.millrace.local.simulator;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/** Writes an entry once its outputs are emitted. Where that fails, the environment ends. */
final class EarlyWiring implements Wiring {
    private @Nullable PutItemRequest held;

    private void commit(DynamoDbClient service) {
        PutItemRequest entry = held;
        held = null;
        if (entry != null) {
            try {
                service.putItem(entry);
            } catch (SdkException e) {
                throw new Crash();
            }
        }
    }

    private @Nullable DynamoDbClient service;

    @Override
    public DynamoDbClient dynamoDb(String stage, DynamoDbClient real) {
        service = real;
        return new ForwardingDynamoDb(real) {
            @Override
            public PutItemResponse putItem(PutItemRequest request) {
                if (request.item().containsKey("pk")) {
                    commit(real);
                    if (PlantedBug.isEntry(request.item())) {
                        held = request;
                        return PutItemResponse.builder().build();
                    }
                }
                return super.putItem(request);
            }

            @Override
            public GetItemResponse getItem(GetItemRequest request) {
                commit(real);
                return super.getItem(request);
            }

            @Override
            public QueryResponse query(QueryRequest request) {
                commit(real);
                return super.query(request);
            }

            @Override
            public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
                commit(real);
                return super.batchGetItem(request);
            }
        };
    }

    @Override
    public RequestHandler<KinesisEvent, StreamsEventResponse> handler(
            String stage, RequestHandler<KinesisEvent, StreamsEventResponse> handler) {
        return (event, context) -> {
            StreamsEventResponse response = handler.handleRequest(event, context);
            DynamoDbClient real = service;
            if (real != null) {
                commit(real);
            }
            return response;
        };
    }
}
