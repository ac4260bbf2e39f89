package dev.millrace.local.simulator;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;

/** Makes mistakes with the outbox of the last entry: what is emitted before an invocation has committed anything itself. */
final class TipWiring implements Wiring {
    enum Mistake {
        NEVER,
        NOT_BY_TICKS,
        UNLESS_COMMITTING
    }

    private final Mistake mistake;
    private final List<Runnable> held = new ArrayList<>();
    private boolean isTick;
    private boolean hasCommitted;

    TipWiring(Mistake mistake) {
        this.mistake = mistake;
    }

    private void emit(Runnable emission) {
        if (hasCommitted || (mistake != Mistake.NEVER && isTick != (mistake == Mistake.NOT_BY_TICKS))) {
            emission.run();
        } else if (mistake == Mistake.UNLESS_COMMITTING) {
            held.add(emission);
        }
    }

    @Override
    public DynamoDbClient dynamoDb(String stage, DynamoDbClient service) {
        return new ForwardingDynamoDb(service) {
            @Override
            public PutItemResponse putItem(PutItemRequest request) {
                if (!request.item().containsKey("pk")) {
                    emit(() -> super.putItem(request));
                    return PutItemResponse.builder().build();
                }
                if (PlantedBug.isEntry(request.item())) {
                    held.forEach(Runnable::run);
                    held.clear();
                    hasCommitted = true;
                }
                return super.putItem(request);
            }

            @Override
            public GetItemResponse getItem(GetItemRequest request) {
                hasCommitted = false;
                return super.getItem(request);
            }

            @Override
            public QueryResponse query(QueryRequest request) {
                hasCommitted = false;
                return super.query(request);
            }

            @Override
            public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
                hasCommitted = false;
                return super.batchGetItem(request);
            }
        };
    }

    @Override
    public KinesisClient kinesis(String stage, KinesisClient service) {
        return new ForwardingKinesis(service) {
            @Override
            public PutRecordsResponse putRecords(PutRecordsRequest request) {
                if (hasCommitted) {
                    return super.putRecords(request);
                }
                emit(() -> super.putRecords(request));
                return LaterPuts.taken(request);
            }
        };
    }

    @Override
    public RequestHandler<KinesisEvent, StreamsEventResponse> handler(
            String stage, RequestHandler<KinesisEvent, StreamsEventResponse> handler) {
        return (event, context) -> {
            isTick = event.getRecords().isEmpty();
            hasCommitted = false;
            held.clear();
            return handler.handleRequest(event, context);
        };
    }
}
