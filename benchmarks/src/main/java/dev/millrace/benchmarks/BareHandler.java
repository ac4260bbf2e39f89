package dev.millrace.benchmarks;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * About the least that a function of a stream can do with its results: one item of DynamoDB for each batch, by the same client
 * that Millrace has.
 */
public final class BareHandler implements RequestHandler<KinesisEvent, StreamsEventResponse> {
    static final String TABLE = "bare";
    static final String KEY = "shard";

    private final DynamoDbClient dynamoDb = DynamoDbClient.builder()
            .httpClient(UrlConnectionHttpClient.create())
            .build();

    @Override
    public StreamsEventResponse handleRequest(KinesisEvent event, Context context) {
        var unused = dynamoDb.putItem(request -> request.tableName(TABLE)
                .item(Map.of(
                        KEY,
                        AttributeValue.fromS(event.getRecords().get(0).getEventSourceARN()),
                        "records",
                        AttributeValue.fromN(String.valueOf(event.getRecords().size())))));
        return StreamsEventResponse.builder().withBatchItemFailures(List.of()).build();
    }
}
