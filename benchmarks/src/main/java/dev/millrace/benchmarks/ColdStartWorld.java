package dev.millrace.benchmarks;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import dev.millrace.local.endpoint.LocalEndpoint;
import dev.millrace.local.endpoint.LocalEndpointOptions;
import dev.millrace.local.kinesis.PutEntry;
import dev.millrace.local.kinesis.PutResult;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.mapping.KinesisEvents;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import dev.millrace.state.dynamodb.StateTable;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** The endpoint on which functions start, with the streams and tables that the first stage of a pipeline and the bare handler use. */
final class ColdStartWorld implements AutoCloseable {
    private static final int RECORDS = 100;
    private static final String SHARD = "shardId-000000000000";
    private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");

    private final LocalEndpoint endpoint =
            LocalEndpoint.start(LocalEndpointOptions.defaults().withPort(0));
    private final Stage stage;
    private int batches;

    ColdStartWorld(Plan plan) {
        stage = plan.stages().get(0);
        for (Stage each : plan.stages()) {
            endpoint.kinesis().createStream(each.inputStream(), 1, false, Map.of());
            each.outputStreams().forEach(stream -> endpoint.kinesis().createStream(stream, 1, false, Map.of()));
        }
        plan.pipeline()
                .deadLetterStream()
                .ifPresent(stream -> endpoint.kinesis().createStream(stream, 1, false, Map.of()));
        try (DynamoDbClient client = DynamoDbClient.builder()
                .endpointOverride(endpoint.uri())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            StateTable.createIfAbsent(client, plan.stateTable());
            var unused = client.createTable(request -> request.tableName(BareHandler.TABLE)
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .keySchema(KeySchemaElement.builder()
                            .attributeName(BareHandler.KEY)
                            .keyType(KeyType.HASH)
                            .build())
                    .attributeDefinitions(AttributeDefinition.builder()
                            .attributeName(BareHandler.KEY)
                            .attributeType(ScalarAttributeType.S)
                            .build()));
        }
    }

    Stage stage() {
        return stage;
    }

    URI uri() {
        return endpoint.uri();
    }

    /** Puts clicks into the stream, and makes the event that the mapping would make of them. */
    KinesisEvent nextBatch() {
        Instant start = START.plusSeconds(batches++);
        List<PutEntry> entries = IntStream.range(0, RECORDS)
                .mapToObj(
                        i -> PutEntry.of("u" + i, click(i, start.plusMillis(i)).getBytes(StandardCharsets.UTF_8)))
                .toList();
        List<PutResult> put = endpoint.kinesis().put(stage.inputStream(), entries);
        String from = endpoint.kinesis()
                .shardIterator(
                        stage.inputStream(),
                        SHARD,
                        new StartingPosition.AtSequenceNumber(put.get(0).sequenceNumber()));
        return KinesisEvents.of(
                stage.inputStream(),
                SHARD,
                endpoint.kinesis().read(from, RECORDS).records());
    }

    private static String click(int i, Instant time) {
        return "{\"user\":\"u" + i + "\",\"page\":\"/page-" + i % 20 + "\",\"timestamp\":\"" + time + "\"}";
    }

    @Override
    public void close() {
        endpoint.close();
    }
}
