package dev.millrace.local.simulator;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** What stands between a handler and the world: nothing, unless a test wants to see what is found. Made for each environment. */
interface Wiring {
    /** @param stage the stage whose function runs here */
    default DynamoDbClient dynamoDb(String stage, DynamoDbClient service) {
        return service;
    }

    /** @param stage the stage whose function runs here */
    default KinesisClient kinesis(String stage, KinesisClient service) {
        return service;
    }

    /** @param stage the stage whose function runs here */
    default RequestHandler<KinesisEvent, StreamsEventResponse> handler(
            String stage, RequestHandler<KinesisEvent, StreamsEventResponse> handler) {
        return handler;
    }

    /** Handlers are connected as they are. */
    final class Direct implements Wiring {}
}
